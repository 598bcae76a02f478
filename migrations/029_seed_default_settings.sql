-- Defaults for log and engine. A setting that is already there wins. The keys become dotted in
-- 054.

INSERT INTO system_settings (key, value, value_type, category, description)
VALUES
  ('logLevel', 'info', 'string', 'system', 'lowest level written to site_logs'),
  ('maxConcurrentConnections', '10', 'integer', 'system', 'engines that may run at once'),
  ('heartbeatTimeoutSeconds', '60', 'integer', 'engine', 'a heartbeat older than this is stale')
ON CONFLICT (key) DO NOTHING;
