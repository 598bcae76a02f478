-- The tracking table: one row for each applied file, written in the same transaction as the
-- changes of that file. A file is therefore either applied and recorded, or neither.
--
-- Conventions of all migrations:
-- * STRICT tables: without STRICT, SQLite stores text in a REAL column and says nothing.
-- * id INTEGER PRIMARY KEY is the rowid itself and costs no second index.
-- * Times are INTEGER milliseconds since the epoch, UTC. Their CHECK allows 2010-01-01 to
--   2100-01-01: seconds or microseconds written by mistake fall outside.
-- * Prices and amounts are REAL with an upper bound, which refuses Infinity. NaN needs no CHECK:
--   SQLite stores it as NULL, and NOT NULL refuses that.
-- * A CHECK lets NULL pass, so an optional column needs no "IS NULL OR".
-- * Booleans are 0 or 1, JSON is text that json_valid accepts, vocabularies are lists in a CHECK.
-- * Every foreign key names its action: CASCADE for what a parent owns, RESTRICT where history
--   must survive, SET NULL for an optional link.
-- * No IF NOT EXISTS on CREATE: an object of the same name but another shape must stop the
--   migration, not be taken for ours.

CREATE TABLE migrations (
  id INTEGER PRIMARY KEY,
  -- File name, not number: 028, 036, 047 and 052 each have two files.
  name TEXT NOT NULL UNIQUE CHECK (length(name) > 4),
  -- SHA-256 of the file in hex; an applied file that was edited later shows.
  checksum TEXT NOT NULL CHECK (length(checksum) = 64),
  applied_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (applied_at BETWEEN 1262304000000 AND 4102444800000),
  duration_ms INTEGER NOT NULL DEFAULT 0 CHECK (duration_ms >= 0),
  -- Version of the console that applied it.
  app_version TEXT NOT NULL DEFAULT ''
) STRICT;
