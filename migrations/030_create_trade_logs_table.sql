-- Log of what happened to orders and fills, for reading; the ledger itself is orders and trades.
-- The lines outlive order and trade (SET NULL) and go with the connection.

CREATE TABLE trade_logs (
  id INTEGER PRIMARY KEY,
  connection_id INTEGER NOT NULL REFERENCES exchange_connections(id) ON DELETE CASCADE,
  order_id INTEGER REFERENCES orders(id) ON DELETE SET NULL,
  trade_id INTEGER REFERENCES trades(id) ON DELETE SET NULL,
  level TEXT NOT NULL DEFAULT 'info' CHECK (level IN ('debug','info','warning','error','critical')),
  event_type TEXT NOT NULL,
  message TEXT NOT NULL,
  details TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(details)),
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  created_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (created_at BETWEEN 1262304000000 AND 4102444800000)
) STRICT;

-- trade_log.of_connection: the last events of a connection; child index.
CREATE INDEX idx_trade_logs_connection_created
  ON trade_logs (connection_id, created_at);

-- trade_log.of_order: the events of an order; child index.
CREATE INDEX idx_trade_logs_order
  ON trade_logs (order_id);

-- trade_log.of_trade: the events of a fill; child index.
CREATE INDEX idx_trade_logs_trade
  ON trade_logs (trade_id);
