-- audit_logs and trades accept new rows only, whatever program writes. This comes after the
-- backfill of 058, which the triggers would refuse.
--
-- A trade has two facts that may be known later than the fill: its fee, and the position it
-- belongs to. Each may be set once. That is why trg_trades_no_update lists its columns and leaves
-- out fee, fee_currency, position_id and realized_pnl. realized_pnl follows from the position and
-- may be calculated again.
--
-- The triggers fire for the actions of foreign keys too, so no key may SET NULL in trades or
-- audit_logs. Retention must never touch these two tables.
--
-- INSERT OR REPLACE is not caught: with recursive_triggers off (the default, which 015 needs)
-- SQLite fires no delete trigger for the row it replaces. Writers of these tables use plain
-- INSERT.

CREATE TRIGGER trg_audit_logs_no_update
BEFORE UPDATE ON audit_logs
BEGIN
  SELECT RAISE(ABORT, 'audit_logs is append-only');
END;

CREATE TRIGGER trg_audit_logs_no_delete
BEFORE DELETE ON audit_logs
BEGIN
  SELECT RAISE(ABORT, 'audit_logs is append-only');
END;

CREATE TRIGGER trg_trades_no_update
BEFORE UPDATE OF
  id,
  connection_id,
  order_id,
  trading_pair_id,
  exchange_trade_id,
  side,
  price,
  amount,
  cost,
  is_maker,
  executed_at,
  recorded_at
ON trades
BEGIN
  SELECT RAISE(ABORT, 'trades is append-only');
END;

-- A fee is there once its currency is.
CREATE TRIGGER trg_trades_fee_once
BEFORE UPDATE OF fee, fee_currency ON trades
WHEN OLD.fee_currency IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'a recorded fee cannot be changed');
END;

-- NULL to a position is allowed, any other change of the link is not.
CREATE TRIGGER trg_trades_no_relink
BEFORE UPDATE OF position_id, realized_pnl ON trades
WHEN OLD.position_id IS NOT NULL AND NEW.position_id IS NOT OLD.position_id
BEGIN
  SELECT RAISE(ABORT, 'a linked trade cannot be relinked');
END;

CREATE TRIGGER trg_trades_no_delete
BEFORE DELETE ON trades
BEGIN
  SELECT RAISE(ABORT, 'trades is append-only');
END;
