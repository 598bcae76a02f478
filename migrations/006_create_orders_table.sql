-- Orders, written before they are sent: client_order_id is ours, exchange_order_id is NULL until
-- the exchange has answered. Both are unique within a connection, so an answer that comes twice
-- cannot become two orders. Connection and market are RESTRICT (history); portfolio, position and
-- bot are optional links and become NULL.
--
-- The quantity columns get the names amount, filled and remaining in 049.

CREATE TABLE orders (
  id INTEGER PRIMARY KEY,
  connection_id INTEGER NOT NULL REFERENCES exchange_connections(id) ON DELETE RESTRICT,
  portfolio_id INTEGER REFERENCES portfolios(id) ON DELETE SET NULL,
  trading_pair_id INTEGER NOT NULL REFERENCES trading_pairs(id) ON DELETE RESTRICT,
  position_id INTEGER REFERENCES positions(id) ON DELETE SET NULL,
  bot_id INTEGER REFERENCES bot_instances(id) ON DELETE SET NULL,
  client_order_id TEXT NOT NULL,
  exchange_order_id TEXT,
  side TEXT NOT NULL CHECK (side IN ('buy','sell')),
  order_type TEXT NOT NULL
    CHECK (order_type IN ('market','limit','stop_market','stop_limit','take_profit')),
  -- An upper bound refuses Infinity; NaN becomes NULL, which NOT NULL refuses.
  -- NULL for a market order.
  price REAL CHECK (price > 0 AND price < 1e15),
  quantity REAL NOT NULL CHECK (quantity > 0 AND quantity < 1e18),
  filled_quantity REAL NOT NULL DEFAULT 0 CHECK (filled_quantity >= 0 AND filled_quantity < 1e18),
  remaining_quantity REAL NOT NULL DEFAULT 0
    CHECK (remaining_quantity >= 0 AND remaining_quantity < 1e18),
  average_price REAL CHECK (average_price > 0 AND average_price < 1e15),
  -- Signed: a maker rebate is negative.
  fee_total REAL NOT NULL DEFAULT 0 CHECK (fee_total > -1e18 AND fee_total < 1e18),
  status TEXT NOT NULL DEFAULT 'pending'
    CHECK (status IN (
      'pending','open','partially_filled','filled','cancelled','rejected','expired'
    )),
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  created_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (created_at BETWEEN 1262304000000 AND 4102444800000),
  updated_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (updated_at BETWEEN 1262304000000 AND 4102444800000),
  -- NULL: not sent yet.
  submitted_at INTEGER CHECK (submitted_at BETWEEN 1262304000000 AND 4102444800000),
  -- NULL while the order is live.
  closed_at INTEGER CHECK (closed_at BETWEEN 1262304000000 AND 4102444800000),
  UNIQUE (connection_id, client_order_id),
  UNIQUE (connection_id, exchange_order_id)
) STRICT;

-- orders of one status. Replaced in 047.
CREATE INDEX idx_orders_status
  ON orders (status);
