-- Columns for what volume_configuration (019) holds. Their CHECKs bound what 019 left open.

-- Multiplies the volume a strategy asks for.
ALTER TABLE exchange_connections
  ADD COLUMN volume_factor REAL NOT NULL DEFAULT 1
    CHECK (volume_factor > 0 AND volume_factor <= 10);

ALTER TABLE exchange_connections
  ADD COLUMN max_leverage REAL NOT NULL DEFAULT 1 CHECK (max_leverage BETWEEN 1 AND 200);

-- Share of the balance that may be at risk.
ALTER TABLE exchange_connections
  ADD COLUMN risk_percent REAL NOT NULL DEFAULT 20 CHECK (risk_percent > 0 AND risk_percent <= 100);

-- 1: raise an order to the exchange's minimum; 0: leave it out.
ALTER TABLE exchange_connections
  ADD COLUMN enforce_min_volume INTEGER NOT NULL DEFAULT 1 CHECK (enforce_min_volume IN (0,1));
