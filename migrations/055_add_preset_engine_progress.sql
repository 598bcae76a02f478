-- How far a preset's test run is, how long its last cycle took, and the index that finds runs
-- that have gone silent.

-- Percent.
ALTER TABLE preset_trade_engine
  ADD COLUMN testing_progress INTEGER NOT NULL DEFAULT 0 CHECK (testing_progress BETWEEN 0 AND 100);

-- NULL: no cycle has ended yet.
ALTER TABLE preset_trade_engine
  ADD COLUMN last_cycle_ms INTEGER CHECK (last_cycle_ms >= 0);

-- preset_engine.stale: running presets that have gone silent.
CREATE INDEX idx_preset_engine_status_run
  ON preset_trade_engine (status, last_run_at);
