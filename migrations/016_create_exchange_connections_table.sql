-- API accounts at the exchanges. A connection starts disabled and without live trading: both are
-- switched on by a person. Orders, trades and positions hold it back with RESTRICT.
--
-- Key and secret stand in clear text here, as they did in version 3.1. 062 replaces them by a
-- reference to the system keyring, 063 drops them.

CREATE TABLE exchange_connections (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  exchange_id INTEGER NOT NULL REFERENCES exchanges(id) ON DELETE RESTRICT,
  name TEXT NOT NULL,
  api_type TEXT NOT NULL DEFAULT 'spot'
    CHECK (api_type IN ('spot','margin','perpetual_futures','unified')),
  connection_method TEXT NOT NULL DEFAULT 'rest'
    CHECK (connection_method IN ('rest','websocket','hybrid')),
  api_key TEXT,  -- clear text until 063
  api_secret TEXT,  -- clear text until 063
  is_testnet INTEGER NOT NULL DEFAULT 0 CHECK (is_testnet IN (0,1)),
  is_enabled INTEGER NOT NULL DEFAULT 0 CHECK (is_enabled IN (0,1)),
  is_live_trade INTEGER NOT NULL DEFAULT 0 CHECK (is_live_trade IN (0,1)),
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  created_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (created_at BETWEEN 1262304000000 AND 4102444800000),
  updated_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (updated_at BETWEEN 1262304000000 AND 4102444800000),
  UNIQUE (user_id, name)
) STRICT;
