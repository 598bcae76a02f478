-- Settings of the whole system as typed key and value. The value is text; value_type says how to
-- read it. Who changed it last is an optional link (SET NULL).

CREATE TABLE system_settings (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  value TEXT NOT NULL,
  value_type TEXT NOT NULL DEFAULT 'string'
    CHECK (value_type IN ('string','integer','number','boolean','json')),
  category TEXT NOT NULL DEFAULT 'general',
  description TEXT NOT NULL DEFAULT '',
  updated_by INTEGER REFERENCES users(id) ON DELETE SET NULL,
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  created_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (created_at BETWEEN 1262304000000 AND 4102444800000),
  updated_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (updated_at BETWEEN 1262304000000 AND 4102444800000)
) STRICT;

-- setting.of_category: the settings of a category, sorted by key.
CREATE INDEX idx_settings_category
  ON system_settings (category, key);
