-- Keep updated_at true for the tables so far, whatever program writes (046 does the later ones).
-- WHEN leaves a value alone that the writer set itself. max() keeps the time from going backwards
-- when the clock is set back. The update inside does not fire the trigger again, since
-- recursive_triggers is off (the default of SQLite). It must stay off: where the clock stands
-- behind updated_at, max() changes nothing, WHEN holds again, and the trigger would call itself
-- for ever.

CREATE TRIGGER trg_users_updated_at
AFTER UPDATE ON users
FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
BEGIN
  UPDATE users
  SET updated_at = max(CAST(unixepoch('subsec') * 1000 AS INTEGER), OLD.updated_at)
  WHERE id = NEW.id;
END;

CREATE TRIGGER trg_exchanges_updated_at
AFTER UPDATE ON exchanges
FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
BEGIN
  UPDATE exchanges
  SET updated_at = max(CAST(unixepoch('subsec') * 1000 AS INTEGER), OLD.updated_at)
  WHERE id = NEW.id;
END;

CREATE TRIGGER trg_trading_pairs_updated_at
AFTER UPDATE ON trading_pairs
FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
BEGIN
  UPDATE trading_pairs
  SET updated_at = max(CAST(unixepoch('subsec') * 1000 AS INTEGER), OLD.updated_at)
  WHERE id = NEW.id;
END;

CREATE TRIGGER trg_portfolios_updated_at
AFTER UPDATE ON portfolios
FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
BEGIN
  UPDATE portfolios
  SET updated_at = max(CAST(unixepoch('subsec') * 1000 AS INTEGER), OLD.updated_at)
  WHERE id = NEW.id;
END;

CREATE TRIGGER trg_positions_updated_at
AFTER UPDATE ON positions
FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
BEGIN
  UPDATE positions
  SET updated_at = max(CAST(unixepoch('subsec') * 1000 AS INTEGER), OLD.updated_at)
  WHERE id = NEW.id;
END;

CREATE TRIGGER trg_orders_updated_at
AFTER UPDATE ON orders
FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
BEGIN
  UPDATE orders
  SET updated_at = max(CAST(unixepoch('subsec') * 1000 AS INTEGER), OLD.updated_at)
  WHERE id = NEW.id;
END;

CREATE TRIGGER trg_strategies_updated_at
AFTER UPDATE ON strategies
FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
BEGIN
  UPDATE strategies
  SET updated_at = max(CAST(unixepoch('subsec') * 1000 AS INTEGER), OLD.updated_at)
  WHERE id = NEW.id;
END;

CREATE TRIGGER trg_bot_instances_updated_at
AFTER UPDATE ON bot_instances
FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
BEGIN
  UPDATE bot_instances
  SET updated_at = max(CAST(unixepoch('subsec') * 1000 AS INTEGER), OLD.updated_at)
  WHERE id = NEW.id;
END;

CREATE TRIGGER trg_risk_limits_updated_at
AFTER UPDATE ON risk_limits
FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
BEGIN
  UPDATE risk_limits
  SET updated_at = max(CAST(unixepoch('subsec') * 1000 AS INTEGER), OLD.updated_at)
  WHERE id = NEW.id;
END;

CREATE TRIGGER trg_alerts_updated_at
AFTER UPDATE ON alerts
FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
BEGIN
  UPDATE alerts
  SET updated_at = max(CAST(unixepoch('subsec') * 1000 AS INTEGER), OLD.updated_at)
  WHERE id = NEW.id;
END;
