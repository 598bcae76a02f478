-- State of the engine that runs a preset on a connection. State, not history: CASCADE from both.

CREATE TABLE preset_trade_engine (
  id INTEGER PRIMARY KEY,
  preset_id INTEGER NOT NULL REFERENCES presets(id) ON DELETE CASCADE,
  connection_id INTEGER NOT NULL REFERENCES exchange_connections(id) ON DELETE CASCADE,
  status TEXT NOT NULL DEFAULT 'stopped'
    CHECK (status IN ('stopped','testing','running','paused','error')),
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  last_run_at INTEGER CHECK (last_run_at BETWEEN 1262304000000 AND 4102444800000),
  error_message TEXT,
  started_at INTEGER CHECK (started_at BETWEEN 1262304000000 AND 4102444800000),
  stopped_at INTEGER CHECK (stopped_at BETWEEN 1262304000000 AND 4102444800000),
  updated_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (updated_at BETWEEN 1262304000000 AND 4102444800000),
  UNIQUE (preset_id, connection_id)
) STRICT;

-- preset_engine.of_connection: presets that run on a connection; child index.
CREATE INDEX idx_preset_engine_connection
  ON preset_trade_engine (connection_id, status);
