-- Signals by connection, market, preset and expiry. calculated_at comes last: each query fixes
-- the columns before it and reads the newest first.

-- indication.of_connection: the last signals of a connection.
CREATE INDEX idx_indications_connection_time
  ON indications (connection_id, calculated_at);

-- indication.latest_of_type: the newest signal of one kind for a market.
CREATE INDEX idx_indications_pair_type_time
  ON indications (trading_pair_id, indication_type, calculated_at);

-- indication.of_preset: the signals of a preset.
CREATE INDEX idx_indications_preset_time
  ON indications (preset_id, calculated_at);

-- indication.expiring: partial, since only active signals can expire, and most rows no longer
-- are.
CREATE INDEX idx_indications_expiring
  ON indications (expires_at)
  WHERE status = 'active';
