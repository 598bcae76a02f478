-- Users are disabled or locked instead of deleted: audit_logs must go on naming them (013).

ALTER TABLE users
  ADD COLUMN status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active','disabled','locked'));

-- ms since the epoch, UTC; NULL: never.
ALTER TABLE users
  ADD COLUMN last_login_at INTEGER CHECK (last_login_at BETWEEN 1262304000000 AND 4102444800000);
