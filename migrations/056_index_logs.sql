-- Look-ups in the three logs. Where a log is read newest first, the time comes last in the index
-- and saves the sort.

-- audit.between: all actions of a period.
CREATE INDEX idx_audit_logs_created
  ON audit_logs (created_at);

-- site_log.of_connection: the last lines about a connection; child index.
CREATE INDEX idx_site_logs_connection_created
  ON site_logs (connection_id, created_at);

-- site_log.of_user: lines about a user; child index.
CREATE INDEX idx_site_logs_user
  ON site_logs (user_id);

-- trade_log.by_event: the last events of a kind.
CREATE INDEX idx_trade_logs_event_created
  ON trade_logs (event_type, created_at);
