-- Fills: one row for each execution at the exchange. This is the ledger: 066 makes it
-- append-only.
--
-- Uniqueness is (order_id, exchange_trade_id), not (connection, trade id): exchanges reuse trade
-- ids across markets, and both sides of a self-trade carry the same one.
--
-- Everything is RESTRICT: whatever a fill refers to stays for as long as the fill does.

CREATE TABLE trades (
  id INTEGER PRIMARY KEY,
  connection_id INTEGER NOT NULL REFERENCES exchange_connections(id) ON DELETE RESTRICT,
  order_id INTEGER NOT NULL REFERENCES orders(id) ON DELETE RESTRICT,
  trading_pair_id INTEGER NOT NULL REFERENCES trading_pairs(id) ON DELETE RESTRICT,
  -- NULL where the exchange had not named the fill when it was written; 066 keeps it so.
  exchange_trade_id TEXT,
  side TEXT NOT NULL CHECK (side IN ('buy','sell')),
  -- An upper bound refuses Infinity; NaN becomes NULL, which NOT NULL refuses.
  price REAL NOT NULL CHECK (price > 0 AND price < 1e15),
  amount REAL NOT NULL CHECK (amount > 0 AND amount < 1e18),
  -- price * amount in quote currency; 0: not written by an old writer (058).
  cost REAL NOT NULL DEFAULT 0 CHECK (cost >= 0 AND cost < 1e18),
  -- Signed: a maker rebate is negative. Often known later than the fill.
  fee REAL NOT NULL DEFAULT 0 CHECK (fee > -1e18 AND fee < 1e18),
  fee_currency TEXT,
  is_maker INTEGER NOT NULL DEFAULT 0 CHECK (is_maker IN (0,1)),
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  -- Clock of the exchange; recorded_at is ours.
  executed_at INTEGER NOT NULL CHECK (executed_at BETWEEN 1262304000000 AND 4102444800000),
  recorded_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (recorded_at BETWEEN 1262304000000 AND 4102444800000),
  UNIQUE (order_id, exchange_trade_id),
  -- An amount without its currency cannot be booked.
  CHECK (fee = 0 OR fee_currency IS NOT NULL)
) STRICT;
