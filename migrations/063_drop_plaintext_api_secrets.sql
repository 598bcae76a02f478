-- Drop key and secret in clear text.
--
-- The runner refuses this file where one of the two columns holds a value. That is only possible
-- in a database stopped between 016 and 062, and there the columns may be the only copy of the
-- keys: SQL cannot move them to the system keyring, so dropping them would lock the user out of
-- the accounts. The user moves the keys first, empties the columns and runs again.
--
-- After keys were here, dropping the columns does not remove them from the disk: the old bytes
-- stay in free pages and in the WAL until secure_delete, VACUUM and wal_checkpoint(TRUNCATE) have
-- run. VACUUM cannot run inside a transaction, so it is not in this file. Such keys should be
-- replaced at the exchange in any case.
--
-- DROP COLUMN works because no index, CHECK or trigger names the two.

ALTER TABLE exchange_connections DROP COLUMN api_key;

ALTER TABLE exchange_connections DROP COLUMN api_secret;
