-- Move the volume settings into their connection and drop the old table. The copy comes first,
-- and both are one transaction: a value outside the CHECKs of 060 stops the file with nothing
-- lost.

UPDATE exchange_connections
SET
  volume_factor = v.base_volume_factor,
  max_leverage = v.max_leverage,
  risk_percent = v.risk_percentage,
  enforce_min_volume = v.enforce_min_volume
FROM volume_configuration v
WHERE v.connection_id = exchange_connections.id;

DROP TABLE volume_configuration;
