-- Foreign keys that no index starts with yet. SQLite makes none for a child column by itself, and
-- without one each deletion of a parent reads the whole child table.

-- bot.by_strategy: bots that use a strategy; RESTRICT asks the same before a deletion.
CREATE INDEX idx_bot_instances_strategy
  ON bot_instances (strategy_id);

-- bot.by_connection: bots of a connection.
CREATE INDEX idx_bot_instances_connection
  ON bot_instances (connection_id);

-- risk.of_connection: limits that hold on a connection.
CREATE INDEX idx_risk_limits_connection
  ON risk_limits (connection_id);

-- setting.changed_by: what a user has changed.
CREATE INDEX idx_settings_updated_by
  ON system_settings (updated_by);

-- preset.by_strategy: presets built on a strategy.
CREATE INDEX idx_presets_strategy
  ON presets (strategy_id);
