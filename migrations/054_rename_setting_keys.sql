-- Setting keys become dotted: category first, unit last. One UPDATE for each key, because a key
-- is UNIQUE and a mapping that clashes must stop the file. A key the user removed is simply not
-- there.

UPDATE system_settings
SET key = 'log.level'
WHERE key = 'logLevel';

UPDATE system_settings
SET key = 'engine.max_concurrent'
WHERE key = 'maxConcurrentConnections';

UPDATE system_settings
SET key = 'engine.heartbeat_timeout_s'
WHERE key = 'heartbeatTimeoutSeconds';

UPDATE system_settings
SET key = 'retention.market_data_days'
WHERE key = 'marketDataRetentionDays';

UPDATE system_settings
SET key = 'retention.site_log_days'
WHERE key = 'siteLogRetentionDays';

UPDATE system_settings
SET key = 'retention.indication_hours'
WHERE key = 'indicationRetentionHours';

UPDATE system_settings
SET key = 'retention.enabled'
WHERE key = 'enableAutoCleanup';
