-- Our own positions, as the engine keeps them; what the exchange says is in exchange_positions
-- (027). Connection and market are RESTRICT because the history of a position must survive both.
--
-- There is no UNIQUE key for an open position of one market: two may really exist, and the audit
-- reports them instead of the ledger refusing what happened.
--
-- exchange_connections (016) and strategies (009) do not exist yet. SQLite looks a parent table
-- up at the first write, so no row may be inserted before 016. Column position_type becomes side
-- in 048.

CREATE TABLE positions (
  id INTEGER PRIMARY KEY,
  portfolio_id INTEGER NOT NULL REFERENCES portfolios(id) ON DELETE CASCADE,
  connection_id INTEGER NOT NULL REFERENCES exchange_connections(id) ON DELETE RESTRICT,
  trading_pair_id INTEGER NOT NULL REFERENCES trading_pairs(id) ON DELETE RESTRICT,
  strategy_id INTEGER REFERENCES strategies(id) ON DELETE SET NULL,
  position_type TEXT NOT NULL CHECK (position_type IN ('long','short')),
  status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open','closed','liquidated')),
  -- An upper bound refuses Infinity; NaN becomes NULL, which NOT NULL refuses.
  -- In base currency; 0 is a position whose closing is not recorded yet.
  quantity REAL NOT NULL CHECK (quantity >= 0 AND quantity < 1e18),
  entry_price REAL NOT NULL CHECK (entry_price > 0 AND entry_price < 1e15),
  exit_price REAL CHECK (exit_price > 0 AND exit_price < 1e15),
  current_price REAL CHECK (current_price > 0 AND current_price < 1e15),
  leverage REAL NOT NULL DEFAULT 1 CHECK (leverage BETWEEN 1 AND 200),
  -- In quote currency, signed. Fees are signed too: a rebate is negative.
  realized_pnl REAL NOT NULL DEFAULT 0 CHECK (realized_pnl > -1e18 AND realized_pnl < 1e18),
  unrealized_pnl REAL NOT NULL DEFAULT 0 CHECK (unrealized_pnl > -1e18 AND unrealized_pnl < 1e18),
  fees_paid REAL NOT NULL DEFAULT 0 CHECK (fees_paid > -1e18 AND fees_paid < 1e18),
  close_reason TEXT,
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  opened_at INTEGER NOT NULL CHECK (opened_at BETWEEN 1262304000000 AND 4102444800000),
  closed_at INTEGER CHECK (closed_at BETWEEN 1262304000000 AND 4102444800000),
  updated_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (updated_at BETWEEN 1262304000000 AND 4102444800000),
  -- Open means no closing time, and closed or liquidated means there is one.
  CHECK ((status = 'open') = (closed_at IS NULL)),
  CHECK (closed_at IS NULL OR closed_at >= opened_at)
) STRICT;

-- position.by_portfolio: a portfolio's positions of one status, newest first without a sort.
CREATE INDEX idx_positions_portfolio_status
  ON positions (portfolio_id, status, opened_at);
