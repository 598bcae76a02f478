-- Positions as the exchange reports them, to be compared with ours (005). The row is a copy that
-- can be fetched again: CASCADE from the connection. position_id is set once the two were
-- matched.

CREATE TABLE exchange_positions (
  id INTEGER PRIMARY KEY,
  connection_id INTEGER NOT NULL REFERENCES exchange_connections(id) ON DELETE CASCADE,
  trading_pair_id INTEGER NOT NULL REFERENCES trading_pairs(id) ON DELETE RESTRICT,
  position_id INTEGER REFERENCES positions(id) ON DELETE SET NULL,
  exchange_position_id TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('long','short')),
  -- An upper bound refuses Infinity; NaN becomes NULL, which NOT NULL refuses.
  quantity REAL NOT NULL CHECK (quantity >= 0 AND quantity < 1e18),
  entry_price REAL NOT NULL CHECK (entry_price > 0 AND entry_price < 1e15),
  mark_price REAL CHECK (mark_price > 0 AND mark_price < 1e15),
  liquidation_price REAL CHECK (liquidation_price > 0 AND liquidation_price < 1e15),
  leverage REAL NOT NULL DEFAULT 1 CHECK (leverage BETWEEN 1 AND 200),
  unrealized_pnl REAL NOT NULL DEFAULT 0 CHECK (unrealized_pnl > -1e18 AND unrealized_pnl < 1e18),
  sync_status TEXT NOT NULL DEFAULT 'pending'
    CHECK (sync_status IN ('pending','synced','mismatch','stale','error')),
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  -- Last comparison with our position; NULL: never compared.
  synced_at INTEGER CHECK (synced_at BETWEEN 1262304000000 AND 4102444800000),
  updated_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (updated_at BETWEEN 1262304000000 AND 4102444800000),
  UNIQUE (connection_id, exchange_position_id)
) STRICT;

-- exchange_position.of_position: the exchange's view of our position; child index.
CREATE INDEX idx_exchange_positions_position
  ON exchange_positions (position_id);

-- exchange_position.of_pair: reported positions of a market; child index.
CREATE INDEX idx_exchange_positions_pair
  ON exchange_positions (trading_pair_id);
