-- cts: no-transaction
-- The settings that live in the file itself, and the proof that they hold.
--
-- Outside a transaction, because SQLite refuses to change the journal mode inside one. The file
-- can therefore stop half-way; every statement may run again, so the next run finishes it.
-- Settings of a connection (foreign_keys, synchronous, cache_size, ...) are not here: they would
-- end with the connection. user_version is written by the runner.

-- Left over only where an earlier try failed on this same connection.
DROP TABLE IF EXISTS temp.cts_settings_proof;

-- Free pages can be handed back in small steps while others go on writing. Before WAL, since in
-- WAL mode the change is ignored. It is also ignored once the file has a table, unless the file
-- was created with auto_vacuum on: whoever creates the file sets it before 000. This file does
-- not make up for it with VACUUM, which rewrites everything and needs up to twice the space; on a
-- large file that is for the user to decide.
PRAGMA auto_vacuum = INCREMENTAL;

-- 0x43545343, "CTSC": tells the file from any other SQLite database without opening a table.
PRAGMA application_id = 1129599811;

-- Readers and one writer do not wait for each other. Kept in the header of the file.
PRAGMA journal_mode = WAL;

-- Statistics for the planner. The limit bounds what is read per index, so that a large file does
-- not hold up the migration. The indexes of 102 get theirs from the analyze step after it.
PRAGMA analysis_limit = 400;
ANALYZE;

-- The proof. These PRAGMAs report no error when they had no effect, so what the file now says is
-- read back. A value that is not as it must be breaks a CHECK, and the error names it.
CREATE TEMP TABLE cts_settings_proof (
  journal_mode TEXT NOT NULL
    CONSTRAINT "journal_mode is not WAL: in memory, or on a file system that cannot do it"
    CHECK (journal_mode = 'wal'),
  auto_vacuum INTEGER NOT NULL
    CONSTRAINT "auto_vacuum is not INCREMENTAL: set it and run VACUUM, then migrate again"
    CHECK (auto_vacuum = 2),
  application_id INTEGER NOT NULL
    CONSTRAINT "application_id is not 1129599811"
    CHECK (application_id = 1129599811)
) STRICT;

INSERT INTO temp.cts_settings_proof (journal_mode, auto_vacuum, application_id)
SELECT
  j.journal_mode,
  v.auto_vacuum,
  a.application_id
FROM pragma_journal_mode j
CROSS JOIN pragma_auto_vacuum v
CROSS JOIN pragma_application_id a;

DROP TABLE temp.cts_settings_proof;
