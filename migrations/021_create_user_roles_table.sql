-- Roles granted to users. Grants go with the user who has them (CASCADE) and survive the user who
-- gave them (SET NULL).

CREATE TABLE user_roles (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  role TEXT NOT NULL CHECK (role IN ('owner','admin','trader','auditor','viewer')),
  granted_by INTEGER REFERENCES users(id) ON DELETE SET NULL,
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  granted_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (granted_at BETWEEN 1262304000000 AND 4102444800000),
  UNIQUE (user_id, role)
) STRICT;

-- role.granted_by: what a user granted; child index of SET NULL.
CREATE INDEX idx_user_roles_granted_by
  ON user_roles (granted_by);
