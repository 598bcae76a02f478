-- Lease and heartbeat: which process works on a connection, and until when. UNIQUE gives each
-- connection one row, so two engines cannot both hold the lease. An owner without an expiry would
-- hold it for ever after a crash; the CHECK refuses that.

CREATE TABLE connection_coordination (
  id INTEGER PRIMARY KEY,
  connection_id INTEGER NOT NULL UNIQUE REFERENCES exchange_connections(id) ON DELETE CASCADE,
  -- Host and process that hold the lease; NULL: free.
  owner TEXT,
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  lease_expires_at INTEGER CHECK (lease_expires_at BETWEEN 1262304000000 AND 4102444800000),
  status TEXT NOT NULL DEFAULT 'idle' CHECK (status IN ('idle','busy','stale','error')),
  current_operation TEXT,
  last_heartbeat_at INTEGER CHECK (last_heartbeat_at BETWEEN 1262304000000 AND 4102444800000),
  error_count INTEGER NOT NULL DEFAULT 0 CHECK (error_count >= 0),
  updated_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (updated_at BETWEEN 1262304000000 AND 4102444800000),
  -- Every lease ends.
  CHECK (owner IS NULL OR lease_expires_at IS NOT NULL)
) STRICT;
