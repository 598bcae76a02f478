-- Operators of the console. The database never holds a password, only its hash in PHC format
-- ($algorithm$parameters$salt$hash); the CHECK refuses text that cannot be such a hash. Users are
-- disabled (064), not deleted: audit_logs refers to them with RESTRICT.

CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  -- NOCASE: 'Anna' and 'anna' are one account.
  username TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK (length(username) BETWEEN 1 AND 64),
  email TEXT COLLATE NOCASE UNIQUE CHECK (email LIKE '%_@_%'),
  password_hash TEXT NOT NULL CHECK (password_hash LIKE '$%$%'),
  display_name TEXT NOT NULL DEFAULT '',
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  created_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (created_at BETWEEN 1262304000000 AND 4102444800000),
  updated_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (updated_at BETWEEN 1262304000000 AND 4102444800000)
) STRICT;
