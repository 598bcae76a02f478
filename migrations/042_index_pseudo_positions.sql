-- Simulated positions by connection, market, preset and signal. All four are foreign keys, so the
-- indexes also keep the deletion of a parent row from reading the whole table.

-- pseudo.of_connection: a connection's simulated positions of one status, newest first.
CREATE INDEX idx_pseudo_connection_status
  ON pseudo_positions (connection_id, status, opened_at);

-- pseudo.of_pair: simulated positions of a market.
CREATE INDEX idx_pseudo_pair_status
  ON pseudo_positions (trading_pair_id, status);

-- pseudo.of_preset_level: how far the positions of a preset have come.
CREATE INDEX idx_pseudo_preset_level
  ON pseudo_positions (preset_id, level);

-- pseudo.of_indication: what a signal led to.
CREATE INDEX idx_pseudo_indication
  ON pseudo_positions (indication_id);
