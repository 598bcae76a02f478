-- Named sets of strategy parameters. They are inactive until someone switches them on.

CREATE TABLE strategies (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  strategy_type TEXT NOT NULL
    CHECK (strategy_type IN ('base','main','real','block','dca','trailing','custom')),
  parameters TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(parameters)),
  -- Gross profit divided by gross loss that a signal must reach.
  min_profit_factor REAL NOT NULL DEFAULT 0.5 CHECK (min_profit_factor >= 0),
  is_active INTEGER NOT NULL DEFAULT 0 CHECK (is_active IN (0,1)),
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  created_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (created_at BETWEEN 1262304000000 AND 4102444800000),
  updated_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (updated_at BETWEEN 1262304000000 AND 4102444800000),
  UNIQUE (user_id, name)
) STRICT;
