-- Simulated positions, on which presets are judged. No money was moved, so they go with their
-- connection and market (CASCADE), while real positions are RESTRICT.
--
-- indications follows in 024; no row may be inserted before it exists.

CREATE TABLE pseudo_positions (
  id INTEGER PRIMARY KEY,
  connection_id INTEGER NOT NULL REFERENCES exchange_connections(id) ON DELETE CASCADE,
  trading_pair_id INTEGER NOT NULL REFERENCES trading_pairs(id) ON DELETE CASCADE,
  preset_id INTEGER REFERENCES presets(id) ON DELETE SET NULL,
  indication_id INTEGER REFERENCES indications(id) ON DELETE SET NULL,
  side TEXT NOT NULL CHECK (side IN ('long','short')),
  -- An upper bound refuses Infinity; NaN becomes NULL, which NOT NULL refuses.
  entry_price REAL NOT NULL CHECK (entry_price > 0 AND entry_price < 1e15),
  current_price REAL CHECK (current_price > 0 AND current_price < 1e15),
  quantity REAL NOT NULL CHECK (quantity > 0 AND quantity < 1e18),
  -- Gross profit divided by gross loss so far; 1 is even.
  profit_factor REAL NOT NULL DEFAULT 1 CHECK (profit_factor >= 0),
  profit_loss REAL NOT NULL DEFAULT 0 CHECK (profit_loss > -1e18 AND profit_loss < 1e18),
  -- Distances relative to the entry price.
  take_profit_factor REAL CHECK (take_profit_factor > 0),
  stop_loss_ratio REAL CHECK (stop_loss_ratio > 0),
  trailing_enabled INTEGER NOT NULL DEFAULT 0 CHECK (trailing_enabled IN (0,1)),
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active','closed','cancelled')),
  close_reason TEXT,
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  opened_at INTEGER NOT NULL CHECK (opened_at BETWEEN 1262304000000 AND 4102444800000),
  closed_at INTEGER CHECK (closed_at BETWEEN 1262304000000 AND 4102444800000),
  updated_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (updated_at BETWEEN 1262304000000 AND 4102444800000),
  CHECK ((status = 'active') = (closed_at IS NULL))
) STRICT;
