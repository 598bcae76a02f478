-- How often a connection may call its exchange. The defaults are cautious; the true limits differ
-- by exchange and account.

-- Shortest pause between two calls.
ALTER TABLE exchange_connections
  ADD COLUMN min_connect_interval_ms INTEGER NOT NULL DEFAULT 200
    CHECK (min_connect_interval_ms >= 0);

ALTER TABLE exchange_connections
  ADD COLUMN requests_per_minute INTEGER NOT NULL DEFAULT 600 CHECK (requests_per_minute > 0);
