-- How long the engine's last cycle took, how much it did, and how many cycles in a row went
-- wrong. NULL in last_cycle_ms means that no cycle has ended yet; 0 would claim a very fast one.

ALTER TABLE trade_engine_state
  ADD COLUMN last_cycle_ms INTEGER CHECK (last_cycle_ms >= 0);

ALTER TABLE trade_engine_state
  ADD COLUMN symbols_processed INTEGER NOT NULL DEFAULT 0 CHECK (symbols_processed >= 0);

ALTER TABLE trade_engine_state
  ADD COLUMN consecutive_errors INTEGER NOT NULL DEFAULT 0 CHECK (consecutive_errors >= 0);
