-- How sure a signal is, and until when it holds.

-- From 0 (none) to 1.
ALTER TABLE indications
  ADD COLUMN confidence REAL NOT NULL DEFAULT 0 CHECK (confidence BETWEEN 0 AND 1);

-- ms since the epoch, UTC; NULL: holds until it is consumed.
ALTER TABLE indications
  ADD COLUMN expires_at INTEGER CHECK (expires_at BETWEEN 1262304000000 AND 4102444800000);
