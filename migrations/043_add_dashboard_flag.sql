-- Which connections the dashboard shows as active. Renamed in 045.

ALTER TABLE exchange_connections
  ADD COLUMN is_dashboard_active INTEGER NOT NULL DEFAULT 0 CHECK (is_dashboard_active IN (0,1));
