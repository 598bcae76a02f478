-- The trading venues that connections and markets belong to. The name is the key that engines and
-- settings use, hence lower case only: 'Binance' and 'binance' must not become two venues.

CREATE TABLE exchanges (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (name = lower(name)),
  display_name TEXT NOT NULL,
  is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0,1)),
  supports_spot INTEGER NOT NULL DEFAULT 1 CHECK (supports_spot IN (0,1)),
  supports_futures INTEGER NOT NULL DEFAULT 0 CHECK (supports_futures IN (0,1)),
  supports_margin INTEGER NOT NULL DEFAULT 0 CHECK (supports_margin IN (0,1)),
  -- Encrypted endpoints only; NULL means the default of the client library.
  api_endpoint TEXT CHECK (api_endpoint LIKE 'https://%'),
  websocket_endpoint TEXT CHECK (websocket_endpoint LIKE 'wss://%'),
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  created_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (created_at BETWEEN 1262304000000 AND 4102444800000),
  updated_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (updated_at BETWEEN 1262304000000 AND 4102444800000)
) STRICT;
