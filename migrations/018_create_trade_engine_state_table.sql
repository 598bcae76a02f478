-- State of the trade engine, one row for each connection (UNIQUE). It describes a running
-- process, not history, and goes with its connection (CASCADE).

CREATE TABLE trade_engine_state (
  id INTEGER PRIMARY KEY,
  connection_id INTEGER NOT NULL UNIQUE REFERENCES exchange_connections(id) ON DELETE CASCADE,
  status TEXT NOT NULL DEFAULT 'stopped'
    CHECK (status IN ('stopped','starting','running','paused','error')),
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  started_at INTEGER CHECK (started_at BETWEEN 1262304000000 AND 4102444800000),
  stopped_at INTEGER CHECK (stopped_at BETWEEN 1262304000000 AND 4102444800000),
  -- The three loops of the engine; each writes its own time.
  last_indication_run_at INTEGER
    CHECK (last_indication_run_at BETWEEN 1262304000000 AND 4102444800000),
  last_strategy_run_at INTEGER CHECK (last_strategy_run_at BETWEEN 1262304000000 AND 4102444800000),
  last_realtime_run_at INTEGER CHECK (last_realtime_run_at BETWEEN 1262304000000 AND 4102444800000),
  active_positions INTEGER NOT NULL DEFAULT 0 CHECK (active_positions >= 0),
  error_message TEXT,
  updated_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (updated_at BETWEEN 1262304000000 AND 4102444800000)
) STRICT;

-- engine.stale: running engines whose loop has gone silent.
CREATE INDEX idx_engine_state_status_run
  ON trade_engine_state (status, last_realtime_run_at);
