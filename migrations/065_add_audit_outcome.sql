-- Whether the action was done, denied or failed. Refused attempts are what an auditor looks for
-- first. Older rows read ok: until now only what was done was written down. The default is the
-- only way to say so, since 066 lets nobody fill it in later.

ALTER TABLE audit_logs
  ADD COLUMN outcome TEXT NOT NULL DEFAULT 'ok' CHECK (outcome IN ('ok','denied','failed'));
