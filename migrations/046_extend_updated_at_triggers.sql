-- Keep updated_at true for the tables created since 015; how and why is written there.

CREATE TRIGGER trg_exchange_connections_updated_at
AFTER UPDATE ON exchange_connections
FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
BEGIN
  UPDATE exchange_connections
  SET updated_at = max(CAST(unixepoch('subsec') * 1000 AS INTEGER), OLD.updated_at)
  WHERE id = NEW.id;
END;

CREATE TRIGGER trg_system_settings_updated_at
AFTER UPDATE ON system_settings
FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
BEGIN
  UPDATE system_settings
  SET updated_at = max(CAST(unixepoch('subsec') * 1000 AS INTEGER), OLD.updated_at)
  WHERE id = NEW.id;
END;

CREATE TRIGGER trg_trade_engine_state_updated_at
AFTER UPDATE ON trade_engine_state
FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
BEGIN
  UPDATE trade_engine_state
  SET updated_at = max(CAST(unixepoch('subsec') * 1000 AS INTEGER), OLD.updated_at)
  WHERE id = NEW.id;
END;

CREATE TRIGGER trg_presets_updated_at
AFTER UPDATE ON presets
FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
BEGIN
  UPDATE presets
  SET updated_at = max(CAST(unixepoch('subsec') * 1000 AS INTEGER), OLD.updated_at)
  WHERE id = NEW.id;
END;

CREATE TRIGGER trg_preset_trade_engine_updated_at
AFTER UPDATE ON preset_trade_engine
FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
BEGIN
  UPDATE preset_trade_engine
  SET updated_at = max(CAST(unixepoch('subsec') * 1000 AS INTEGER), OLD.updated_at)
  WHERE id = NEW.id;
END;

CREATE TRIGGER trg_pseudo_positions_updated_at
AFTER UPDATE ON pseudo_positions
FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
BEGIN
  UPDATE pseudo_positions
  SET updated_at = max(CAST(unixepoch('subsec') * 1000 AS INTEGER), OLD.updated_at)
  WHERE id = NEW.id;
END;

CREATE TRIGGER trg_user_preferences_updated_at
AFTER UPDATE ON user_preferences
FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
BEGIN
  UPDATE user_preferences
  SET updated_at = max(CAST(unixepoch('subsec') * 1000 AS INTEGER), OLD.updated_at)
  WHERE id = NEW.id;
END;

CREATE TRIGGER trg_exchange_positions_updated_at
AFTER UPDATE ON exchange_positions
FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
BEGIN
  UPDATE exchange_positions
  SET updated_at = max(CAST(unixepoch('subsec') * 1000 AS INTEGER), OLD.updated_at)
  WHERE id = NEW.id;
END;

CREATE TRIGGER trg_connection_coordination_updated_at
AFTER UPDATE ON connection_coordination
FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
BEGIN
  UPDATE connection_coordination
  SET updated_at = max(CAST(unixepoch('subsec') * 1000 AS INTEGER), OLD.updated_at)
  WHERE id = NEW.id;
END;
