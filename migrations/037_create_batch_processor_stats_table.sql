-- What each bulk operation was asked to do and what it did. The connection is an optional link;
-- the figures stay when it goes.

CREATE TABLE batch_processor_stats (
  id INTEGER PRIMARY KEY,
  connection_id INTEGER REFERENCES exchange_connections(id) ON DELETE SET NULL,
  operation TEXT NOT NULL
    CHECK (operation IN ('insert','update','delete','upsert','optimize','checkpoint')),
  -- Empty for operations on the whole file.
  table_name TEXT NOT NULL,
  rows_requested INTEGER NOT NULL DEFAULT 0 CHECK (rows_requested >= 0),
  rows_written INTEGER NOT NULL DEFAULT 0 CHECK (rows_written >= 0),
  batches INTEGER NOT NULL DEFAULT 0 CHECK (batches >= 0),
  errors INTEGER NOT NULL DEFAULT 0 CHECK (errors >= 0),
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  started_at INTEGER NOT NULL CHECK (started_at BETWEEN 1262304000000 AND 4102444800000),
  duration_ms INTEGER NOT NULL DEFAULT 0 CHECK (duration_ms >= 0),
  status TEXT NOT NULL DEFAULT 'ok' CHECK (status IN ('ok','partial','failed')),
  -- More rows written than asked for means that the counting is wrong.
  CHECK (rows_written <= rows_requested)
) STRICT;
