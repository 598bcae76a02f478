-- History of orders and trades. portfolio_id, bot_id and position_id are foreign keys with SET
-- NULL: when such a parent is deleted, SQLite searches orders for its children.

-- order.history_of_connection: the last orders of a connection; child index.
CREATE INDEX idx_orders_connection_created
  ON orders (connection_id, created_at);

-- order.history_of_portfolio: orders of a portfolio since a time; child index.
CREATE INDEX idx_orders_portfolio_created
  ON orders (portfolio_id, created_at);

-- order.by_bot: what a bot ordered; child index.
CREATE INDEX idx_orders_bot
  ON orders (bot_id);

-- order.by_position: the orders behind a position; child index.
CREATE INDEX idx_orders_position
  ON orders (position_id);

-- trade.of_connection_between: fills of a connection in a period; child index.
CREATE INDEX idx_trades_connection_executed
  ON trades (connection_id, executed_at);

-- trade.between: all fills of a period, for reports and tax.
CREATE INDEX idx_trades_executed
  ON trades (executed_at);
