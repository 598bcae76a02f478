-- Volume settings of a connection. One row per connection is nothing but more columns of that
-- connection: 061 folds this table into exchange_connections.

CREATE TABLE volume_configuration (
  id INTEGER PRIMARY KEY,
  connection_id INTEGER NOT NULL UNIQUE REFERENCES exchange_connections(id) ON DELETE CASCADE,
  base_volume_factor REAL NOT NULL DEFAULT 1,
  max_leverage REAL NOT NULL DEFAULT 1,
  risk_percentage REAL NOT NULL DEFAULT 20,
  enforce_min_volume INTEGER NOT NULL DEFAULT 1 CHECK (enforce_min_volume IN (0,1))
) STRICT;
