-- A user's books. They belong to the user (CASCADE). A portfolio whose positions have trades
-- still cannot be deleted: trades refer to positions with RESTRICT (057).

CREATE TABLE portfolios (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  base_currency TEXT NOT NULL DEFAULT 'USDT',
  -- An upper bound refuses Infinity; NaN becomes NULL, which NOT NULL refuses.
  -- All three in base_currency. The last two are signed: a margin account can owe.
  initial_value REAL NOT NULL DEFAULT 0 CHECK (initial_value >= 0 AND initial_value < 1e18),
  total_value REAL NOT NULL DEFAULT 0 CHECK (total_value > -1e18 AND total_value < 1e18),
  cash_value REAL NOT NULL DEFAULT 0 CHECK (cash_value > -1e18 AND cash_value < 1e18),
  is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0,1)),
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  -- When total_value was calculated; NULL: never.
  valued_at INTEGER CHECK (valued_at BETWEEN 1262304000000 AND 4102444800000),
  created_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (created_at BETWEEN 1262304000000 AND 4102444800000),
  updated_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (updated_at BETWEEN 1262304000000 AND 4102444800000),
  UNIQUE (user_id, name)
) STRICT;
