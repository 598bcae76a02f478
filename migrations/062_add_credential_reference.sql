-- Where the API key lives (an entry of the system keyring) and how to recognise it. The
-- fingerprint is 16 hex digits of a hash of the key: enough to see that a key was changed or used
-- twice, too little to get it back. From here on no program has a reason to write a secret into
-- the database.

-- The CHECK keeps a pasted key from landing in this column.
ALTER TABLE exchange_connections
  ADD COLUMN credential_ref TEXT NOT NULL DEFAULT 'keyring:unset'
    CHECK (credential_ref LIKE 'keyring:%');

ALTER TABLE exchange_connections
  ADD COLUMN key_fingerprint TEXT CHECK (length(key_fingerprint) = 16);

-- Every connection gets its own entry name. A non-constant default is refused by ADD COLUMN, hence
-- the two steps.
UPDATE exchange_connections
SET credential_ref = 'keyring:cts/connection/' || id
WHERE credential_ref = 'keyring:unset';
