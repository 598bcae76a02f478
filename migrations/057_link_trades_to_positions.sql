-- Which position a fill built or reduced, and what it earned. NULL until the fill is assigned;
-- 066 allows that assignment once. RESTRICT, not SET NULL: SET NULL would be an UPDATE of trades,
-- and the guards of 066 fire for the actions of foreign keys too.

ALTER TABLE trades
  ADD COLUMN position_id INTEGER REFERENCES positions(id) ON DELETE RESTRICT;

-- Quote currency, signed; NULL: not assigned yet, or the fill opened the position.
ALTER TABLE trades
  ADD COLUMN realized_pnl REAL CHECK (realized_pnl > -1e18 AND realized_pnl < 1e18);

-- trade.of_position: the fills of a position in time order; child index.
CREATE INDEX idx_trades_position_executed
  ON trades (position_id, executed_at);
