-- Who did what to which row. 066 makes the table append-only. user_id is RESTRICT, not SET NULL:
-- a record that forgets who acted is no record. NULL means that the system itself acted.
-- entity_type and entity_id are no foreign key, because the row they name may be gone while the
-- record about it stays.

CREATE TABLE audit_logs (
  id INTEGER PRIMARY KEY,
  user_id INTEGER REFERENCES users(id) ON DELETE RESTRICT,
  action TEXT NOT NULL,
  entity_type TEXT NOT NULL DEFAULT '',
  entity_id INTEGER,
  -- What was changed, as JSON; never a secret.
  details TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(details)),
  ip_address TEXT,
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  created_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (created_at BETWEEN 1262304000000 AND 4102444800000)
) STRICT;

-- audit.of_user: the last actions of a user; child index.
CREATE INDEX idx_audit_logs_user_created
  ON audit_logs (user_id, created_at);

-- audit.of_entity: the history of one row, in time order without a sort.
CREATE INDEX idx_audit_logs_entity
  ON audit_logs (entity_type, entity_id, created_at);
