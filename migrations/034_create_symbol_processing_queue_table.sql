-- Work queue of the engines: which market of which connection is to be processed next. Rows are
-- short-lived and go with connection and market (CASCADE). The queue is written all the time;
-- keep it out of the transactions that write fills.

CREATE TABLE symbol_processing_queue (
  id INTEGER PRIMARY KEY,
  connection_id INTEGER NOT NULL REFERENCES exchange_connections(id) ON DELETE CASCADE,
  trading_pair_id INTEGER NOT NULL REFERENCES trading_pairs(id) ON DELETE CASCADE,
  -- Higher comes first.
  priority INTEGER NOT NULL DEFAULT 0 CHECK (priority BETWEEN -100 AND 100),
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending','processing','done','failed')),
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  enqueued_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (enqueued_at BETWEEN 1262304000000 AND 4102444800000),
  started_at INTEGER CHECK (started_at BETWEEN 1262304000000 AND 4102444800000),
  finished_at INTEGER CHECK (finished_at BETWEEN 1262304000000 AND 4102444800000),
  error_message TEXT
) STRICT;
