-- The flag decides which engines start, not only what the dashboard shows; its name says so now.
-- RENAME COLUMN rewrites the CHECK as well. The index is made after it, under the new name.

ALTER TABLE exchange_connections RENAME COLUMN is_dashboard_active TO is_active;

-- connection.startable: connections whose engines may start by themselves.
CREATE INDEX idx_connections_startable
  ON exchange_connections (is_enabled, is_active, last_test_result);
