"""The schema of the side database, as scripts that are applied in order, each in one transaction.

`PRAGMA user_version` counts the applied ones. A script that was released is never edited: a change
is a new one at the end.
"""

from __future__ import annotations

from typing import Final

from cts_console.errors import CtsError
from cts_console.sqlite import Connection, read_transaction, transaction

STORE_APPLICATION_ID: Final = 0x43545353  # "CTSS"

_FIRST: Final = """
CREATE TABLE databases (
  id INTEGER PRIMARY KEY,
  database_id TEXT,
  -- Text: Windows has file numbers of 128 bits.
  device TEXT NOT NULL,
  inode TEXT NOT NULL,
  -- NULL where the schema could not be read (a damaged file).
  content_hash TEXT,
  last_path TEXT NOT NULL,
  copy_of INTEGER REFERENCES databases (id) ON DELETE SET NULL,
  first_seen_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL
) STRICT;
CREATE INDEX idx_databases_database_id ON databases (database_id) WHERE database_id IS NOT NULL;
CREATE INDEX idx_databases_inode ON databases (device, inode);
CREATE INDEX idx_databases_copy_of ON databases (copy_of) WHERE copy_of IS NOT NULL;

CREATE TABLE audits (
  id INTEGER PRIMARY KEY,
  database INTEGER NOT NULL REFERENCES databases (id) ON DELETE CASCADE,
  started_at INTEGER NOT NULL,
  duration_ms REAL NOT NULL,
  profile TEXT NOT NULL,
  critical INTEGER NOT NULL,
  error INTEGER NOT NULL,
  warning INTEGER NOT NULL,
  info INTEGER NOT NULL,
  accepted INTEGER NOT NULL,
  -- The whole document: JSON in UTF-8, compressed by zlib.
  document BLOB NOT NULL
) STRICT;
CREATE INDEX idx_audits_of_database ON audits (database, started_at);

CREATE TABLE failures (
  id INTEGER PRIMARY KEY,
  database INTEGER NOT NULL REFERENCES databases (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  operation TEXT NOT NULL,
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  file TEXT,
  line INTEGER,
  statement TEXT,
  app_version TEXT NOT NULL
) STRICT;
CREATE INDEX idx_failures_of_database ON failures (database, at);

CREATE TABLE size_samples (
  database INTEGER NOT NULL REFERENCES databases (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  wal_bytes INTEGER NOT NULL,
  page_count INTEGER NOT NULL,
  freelist_count INTEGER NOT NULL,
  -- Two consoles may sample in the same millisecond; one of the two is enough.
  PRIMARY KEY (database, at)
) STRICT, WITHOUT ROWID;
"""

_QUERIES: Final = """
CREATE TABLE queries (
  id INTEGER PRIMARY KEY,
  database INTEGER NOT NULL REFERENCES databases (id) ON DELETE CASCADE,
  sql TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  UNIQUE (database, sql)
) STRICT;
"""

_HISTORY: Final = """
-- JSON array of the tables' names: what is left of a file whose schema was changed.
ALTER TABLE databases ADD COLUMN tables TEXT;

-- By number, not by time: clocks are set back.
DROP INDEX idx_audits_of_database;
CREATE INDEX idx_audits_in_order ON audits (database, id);

-- The findings that are there, and since when: what the row of audits says, however many of them
-- were forgotten meanwhile.
CREATE TABLE sightings (
  database INTEGER NOT NULL REFERENCES databases (id) ON DELETE CASCADE,
  fingerprint TEXT NOT NULL,
  rule TEXT NOT NULL,
  -- JSON: a name may hold what is no Unicode.
  object TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (database, fingerprint)
) STRICT, WITHOUT ROWID;

CREATE TABLE accepted (
  database INTEGER NOT NULL REFERENCES databases (id) ON DELETE CASCADE,
  fingerprint TEXT NOT NULL,
  rule TEXT NOT NULL,
  object TEXT NOT NULL,
  reason TEXT NOT NULL,
  accepted_at INTEGER NOT NULL,
  -- NULL: for good.
  until INTEGER,
  PRIMARY KEY (database, fingerprint)
) STRICT, WITHOUT ROWID;
"""

_SEALS: Final = """
CREATE TABLE seals (
  id INTEGER PRIMARY KEY,
  database INTEGER NOT NULL REFERENCES databases (id) ON DELETE CASCADE,
  table_name TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  root TEXT NOT NULL,
  -- What it covers, as JSON.
  head TEXT NOT NULL
) STRICT;
CREATE INDEX idx_seals_of_table ON seals (database, table_name, id);

-- The blocks of the latest seal of each table; of an earlier one its root is left.
CREATE TABLE seal_blocks (
  database INTEGER NOT NULL REFERENCES databases (id) ON DELETE CASCADE,
  table_name TEXT NOT NULL,
  number INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  hash BLOB NOT NULL,
  -- JSON.
  to_key TEXT NOT NULL,
  -- JSON, compressed by zlib.
  keys BLOB NOT NULL,
  -- A short hash per row.
  marks BLOB NOT NULL,
  PRIMARY KEY (database, table_name, number)
) STRICT;
"""

_FIXES: Final = """
CREATE TABLE fixes (
  id INTEGER PRIMARY KEY,
  database INTEGER NOT NULL REFERENCES databases (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  rule TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  -- JSON, like title, backup and note: a name or path may hold what is no Unicode.
  object TEXT NOT NULL,
  title TEXT NOT NULL,
  -- JSON array.
  statements TEXT NOT NULL,
  backup TEXT NOT NULL,
  -- fixed, still_there or unknown: what the rule said afterwards.
  outcome TEXT NOT NULL,
  note TEXT NOT NULL,
  app_version TEXT NOT NULL
) STRICT;
CREATE INDEX idx_fixes_of_database ON fixes (database, id);
"""

_LOOKS: Final = """
-- The audit that began the unbroken row; NULL where nobody counted yet.
ALTER TABLE sightings ADD COLUMN first_audit INTEGER;

CREATE TABLE looks (
  database INTEGER PRIMARY KEY REFERENCES databases (id) ON DELETE CASCADE,
  looked_at INTEGER NOT NULL,
  -- How the file was then, JSON; NULL where only its findings were looked at.
  mark TEXT,
  -- The last audit that was kept then, 0 for none; NULL where findings were never looked at.
  seen_audit INTEGER
) STRICT;
"""

_IMPORTS: Final = """
-- Which file went into which table, so that it does not go in twice unnoticed.
CREATE TABLE imports (
  database INTEGER NOT NULL REFERENCES databases (id) ON DELETE CASCADE,
  table_name TEXT NOT NULL,
  -- BLAKE2b of the file, hex.
  digest TEXT NOT NULL,
  began_at INTEGER NOT NULL,
  -- NULL: nobody saw its end.
  finished_at INTEGER,
  PRIMARY KEY (database, table_name, digest)
) STRICT, WITHOUT ROWID;
"""

_SAMPLES: Final = """
-- What was written to a database; store/samples.py says what each column is.
CREATE TABLE samples (
  database INTEGER NOT NULL REFERENCES databases (id) ON DELETE CASCADE,
  resolution_s INTEGER NOT NULL,
  at INTEGER NOT NULL,
  interval_s REAL NOT NULL,
  unknown_s REAL NOT NULL,
  commits INTEGER,
  frames INTEGER,
  wal_bytes_written INTEGER,
  own_commits INTEGER NOT NULL,
  own_wal_bytes INTEGER NOT NULL,
  own_commit_ms REAL NOT NULL,
  own_longest_ms REAL,
  own_waits INTEGER NOT NULL,
  own_wait_ms REAL NOT NULL,
  own_lock_ms REAL NOT NULL,
  checkpoints INTEGER NOT NULL,
  missed INTEGER NOT NULL,
  wal_bytes INTEGER NOT NULL,
  wal_frames INTEGER,
  pending_frames INTEGER,
  size_bytes INTEGER NOT NULL,
  rows_s REAL NOT NULL,
  -- JSON objects: a number for each table.
  rows TEXT NOT NULL,
  pages TEXT NOT NULL,
  pages_unknown INTEGER NOT NULL,
  PRIMARY KEY (database, resolution_s, at)
) STRICT, WITHOUT ROWID;
"""

_UNSETTLED_FIXES: Final = """
-- The lock that the process of a fix holds until it has told its end; NULL once it has. Until then
-- outcome is begun or unknown.
ALTER TABLE fixes ADD COLUMN owner TEXT;
CREATE INDEX idx_fixes_unsettled ON fixes (database) WHERE owner IS NOT NULL;
"""

MIGRATIONS: Final[tuple[str, ...]] = (
    _FIRST,
    _QUERIES,
    _HISTORY,
    _SEALS,
    _FIXES,
    _LOOKS,
    _IMPORTS,
    _SAMPLES,
    _UNSETTLED_FIXES,
)


def apply_migrations(connection: Connection) -> None:
    """Bring the side database to this console's schema; two consoles may do so at once.

    Raises `CtsError`: too_new where a newer console made the file, foreign_file where the file is
    no side database, and what SQLite reports.
    """
    while True:
        # One snapshot: between two reads another console may finish what it is making.
        with read_transaction(connection):
            if _read_version(connection) == len(MIGRATIONS):
                return
        with transaction(connection):
            # Another console may have been faster: what counts is the version under the lock.
            version = _read_version(connection)
            if version < len(MIGRATIONS):
                connection.execute(MIGRATIONS[version])
                connection.execute(f"PRAGMA application_id = {STORE_APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {version + 1}")


def _read_version(connection: Connection) -> int:
    """Return how many migrations were applied; refuse a file that is not ours or is newer."""
    version = connection.read_int("PRAGMA user_version")
    application_id = connection.read_int("PRAGMA application_id")
    if application_id != STORE_APPLICATION_ID:
        is_new = version == 0 and not connection.read_int("SELECT count(*) FROM sqlite_schema")
        if application_id or not is_new:
            raise CtsError(
                "foreign_file",
                "Not the console's own database",
                f"{connection.path} belongs to another program.",
                "Move it to another place: the console then makes its own.",
            )
    if version > len(MIGRATIONS):
        raise CtsError(
            "too_new",
            "A newer console kept its records here",
            f"{connection.path} has version {version}; this console knows {len(MIGRATIONS)}.",
            "Update this console.",
        )
    return version
