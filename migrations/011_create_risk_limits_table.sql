-- Limits of a portfolio, on all its connections (connection_id NULL) or on one of them. A limit
-- that is NULL does not apply. UNIQUE treats every NULL as different, so it holds one row per
-- connection but cannot hold down the rows without a connection; whoever writes those has to look
-- first.

CREATE TABLE risk_limits (
  id INTEGER PRIMARY KEY,
  portfolio_id INTEGER NOT NULL REFERENCES portfolios(id) ON DELETE CASCADE,
  connection_id INTEGER REFERENCES exchange_connections(id) ON DELETE CASCADE,
  -- An upper bound refuses Infinity.
  -- In the base currency of the portfolio.
  max_position_size REAL CHECK (max_position_size > 0 AND max_position_size < 1e15),
  max_daily_loss REAL CHECK (max_daily_loss > 0 AND max_daily_loss < 1e15),
  max_drawdown_percent REAL CHECK (max_drawdown_percent > 0 AND max_drawdown_percent <= 100),
  max_leverage REAL NOT NULL DEFAULT 1 CHECK (max_leverage BETWEEN 1 AND 200),
  max_open_positions INTEGER NOT NULL DEFAULT 10 CHECK (max_open_positions > 0),
  is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0,1)),
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  created_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (created_at BETWEEN 1262304000000 AND 4102444800000),
  updated_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (updated_at BETWEEN 1262304000000 AND 4102444800000),
  UNIQUE (portfolio_id, connection_id)
) STRICT;
