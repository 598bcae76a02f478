-- Open positions of a slot: connection, market and side. Not UNIQUE: two open positions in one
-- slot are reported by the audit, not refused, because the ledger must take what really happened.

-- position.open_for_pair: partial, since almost all positions are closed and never asked for
-- here.
CREATE INDEX idx_positions_open_slot
  ON positions (connection_id, trading_pair_id, side)
  WHERE status = 'open';
