-- Defaults of retention, and the index by which it finds old candles: the unique key of
-- market_data starts with the market and cannot serve a search by time alone. Orders, trades and
-- audit_logs have no retention: they are the record.

-- market.expired: candles older than the retention limit.
CREATE INDEX idx_market_data_open_time
  ON market_data (open_time);

-- A value of the user wins over the default.
INSERT INTO system_settings (key, value, value_type, category, description)
VALUES
  ('marketDataRetentionDays', '7', 'integer', 'retention',
    'days of candles kept before they are archived'),
  ('siteLogRetentionDays', '30', 'integer', 'retention', 'days of site_logs kept'),
  ('indicationRetentionHours', '48', 'integer', 'retention', 'hours of indications kept'),
  ('enableAutoCleanup', 'true', 'boolean', 'retention', 'run the cleanup job')
ON CONFLICT (key) DO NOTHING;
