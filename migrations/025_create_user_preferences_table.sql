-- Settings of one user. They go with the user (CASCADE). UNIQUE (user_id, key) is also the index
-- by which they are read.

CREATE TABLE user_preferences (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  value_type TEXT NOT NULL DEFAULT 'string'
    CHECK (value_type IN ('string','integer','number','boolean','json')),
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  updated_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (updated_at BETWEEN 1262304000000 AND 4102444800000),
  UNIQUE (user_id, key)
) STRICT;
