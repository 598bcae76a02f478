-- Log of the application. Log lines outlive what they mention: connection and user become NULL.

CREATE TABLE site_logs (
  id INTEGER PRIMARY KEY,
  level TEXT NOT NULL DEFAULT 'info' CHECK (level IN ('debug','info','warning','error','critical')),
  category TEXT NOT NULL,
  message TEXT NOT NULL,
  context TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(context)),
  connection_id INTEGER REFERENCES exchange_connections(id) ON DELETE SET NULL,
  user_id INTEGER REFERENCES users(id) ON DELETE SET NULL,
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  created_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (created_at BETWEEN 1262304000000 AND 4102444800000)
) STRICT;

-- site_log.between: log lines of a period; retention deletes by it too.
CREATE INDEX idx_site_logs_created
  ON site_logs (created_at);

-- site_log.by_level: the last lines of a level.
CREATE INDEX idx_site_logs_level_created
  ON site_logs (level, created_at);
