-- What each retention run removed. The row is written before the run begins (status running), so
-- that a run that was killed leaves a trace. It survives the user who started it (SET NULL).

CREATE TABLE data_cleanup_log (
  id INTEGER PRIMARY KEY,
  table_name TEXT NOT NULL,
  cleanup_type TEXT NOT NULL CHECK (cleanup_type IN ('delete','archive','vacuum')),
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  -- Rows older than this were removed; NULL for vacuum.
  cutoff_at INTEGER CHECK (cutoff_at BETWEEN 1262304000000 AND 4102444800000),
  rows_deleted INTEGER NOT NULL DEFAULT 0 CHECK (rows_deleted >= 0),
  rows_archived INTEGER NOT NULL DEFAULT 0 CHECK (rows_archived >= 0),
  status TEXT NOT NULL DEFAULT 'running' CHECK (status IN ('running','success','partial','failed')),
  started_at INTEGER NOT NULL CHECK (started_at BETWEEN 1262304000000 AND 4102444800000),
  finished_at INTEGER CHECK (finished_at BETWEEN 1262304000000 AND 4102444800000),
  error_message TEXT,
  triggered_by INTEGER REFERENCES users(id) ON DELETE SET NULL
) STRICT;
