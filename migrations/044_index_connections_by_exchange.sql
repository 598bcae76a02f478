-- Enabled connections of an exchange; also the child index of the foreign key exchange_id.

-- connection.of_exchange: enabled connections of an exchange.
CREATE INDEX idx_connections_exchange_enabled
  ON exchange_connections (exchange_id, is_enabled);
