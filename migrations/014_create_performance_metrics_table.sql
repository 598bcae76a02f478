-- Results of a portfolio per period, calculated from the ledger and calculated again at will;
-- hence CASCADE and no guard.

CREATE TABLE performance_metrics (
  id INTEGER PRIMARY KEY,
  portfolio_id INTEGER NOT NULL REFERENCES portfolios(id) ON DELETE CASCADE,
  -- NULL: all connections of the portfolio together.
  connection_id INTEGER REFERENCES exchange_connections(id) ON DELETE CASCADE,
  period TEXT NOT NULL DEFAULT 'daily' CHECK (period IN ('hourly','daily','weekly','monthly')),
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  period_start INTEGER NOT NULL CHECK (period_start BETWEEN 1262304000000 AND 4102444800000),
  -- An upper bound refuses Infinity; NaN becomes NULL, which NOT NULL refuses.
  total_value REAL NOT NULL DEFAULT 0 CHECK (total_value > -1e18 AND total_value < 1e18),
  pnl REAL NOT NULL DEFAULT 0 CHECK (pnl > -1e18 AND pnl < 1e18),
  -- NULL where the period is too short or the start value 0: unknown is not 0.
  return_percent REAL CHECK (return_percent > -1e18 AND return_percent < 1e18),
  sharpe_ratio REAL CHECK (sharpe_ratio > -1e18 AND sharpe_ratio < 1e18),
  max_drawdown_percent REAL CHECK (max_drawdown_percent BETWEEN 0 AND 100),
  -- Share from 0 to 1.
  win_rate REAL CHECK (win_rate BETWEEN 0 AND 1),
  total_trades INTEGER NOT NULL DEFAULT 0 CHECK (total_trades >= 0),
  winning_trades INTEGER NOT NULL DEFAULT 0 CHECK (winning_trades >= 0),
  calculated_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (calculated_at BETWEEN 1262304000000 AND 4102444800000),
  UNIQUE (portfolio_id, period, period_start),
  CHECK (winning_trades <= total_trades)
) STRICT;

-- metric.of_connection: results of a connection in time order; child index.
CREATE INDEX idx_performance_connection_period
  ON performance_metrics (connection_id, period_start);
