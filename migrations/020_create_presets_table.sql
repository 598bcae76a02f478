-- Saved combinations of strategy, kind of indication and parameters. A preset survives its
-- strategy (SET NULL): its own config is complete.

CREATE TABLE presets (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  strategy_id INTEGER REFERENCES strategies(id) ON DELETE SET NULL,
  -- Unique per user and type: 'BTC fast' may exist as base and as real.
  name TEXT NOT NULL,
  preset_type TEXT NOT NULL CHECK (preset_type IN ('main','base','real','optimal','auto')),
  indication_type TEXT NOT NULL
    CHECK (indication_type IN ('direction','move','active','optimal','auto')),
  config TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(config)),
  is_active INTEGER NOT NULL DEFAULT 0 CHECK (is_active IN (0,1)),
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  created_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (created_at BETWEEN 1262304000000 AND 4102444800000),
  updated_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (updated_at BETWEEN 1262304000000 AND 4102444800000),
  UNIQUE (user_id, name, preset_type)
) STRICT;

-- preset.active_of_type: active presets of a type by name, from the index alone.
CREATE INDEX idx_presets_type_active
  ON presets (preset_type, is_active, name);
