-- The markets of each exchange. One symbol may trade as spot, swap and future at the same time,
-- so the market type is part of the unique key. A market belongs to its exchange (CASCADE);
-- orders, trades and positions hold it back with RESTRICT once there is history.

CREATE TABLE trading_pairs (
  id INTEGER PRIMARY KEY,
  exchange_id INTEGER NOT NULL REFERENCES exchanges(id) ON DELETE CASCADE,
  symbol TEXT NOT NULL CHECK (length(symbol) BETWEEN 2 AND 40),
  base_currency TEXT NOT NULL,
  quote_currency TEXT NOT NULL,
  market_type TEXT NOT NULL DEFAULT 'spot' CHECK (market_type IN ('spot','swap','future')),
  is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0,1)),
  -- An upper bound refuses Infinity; NaN becomes NULL, which NOT NULL refuses.
  -- Smallest and largest amount of one order, in base currency; NULL max: no limit published.
  min_amount REAL NOT NULL DEFAULT 0 CHECK (min_amount >= 0 AND min_amount < 1e18),
  max_amount REAL CHECK (max_amount > 0),
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  created_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (created_at BETWEEN 1262304000000 AND 4102444800000),
  updated_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (updated_at BETWEEN 1262304000000 AND 4102444800000),
  UNIQUE (exchange_id, symbol, market_type),
  -- A currency against itself is always a broken import.
  CHECK (base_currency <> quote_currency)
) STRICT;

-- pair.by_symbol: on which exchanges a symbol trades. Covering with exchange_id.
CREATE INDEX idx_trading_pairs_symbol
  ON trading_pairs (symbol, exchange_id);

-- pair.by_currencies: markets of two currencies. Quote first, since few quotes hold many markets.
CREATE INDEX idx_trading_pairs_quote_base
  ON trading_pairs (quote_currency, base_currency);
