-- The look-ups an engine makes many times a minute: traded volume, closed positions, one side of
-- the book, positions that are not in step with the exchange.

-- position.closed_between: positions closed in a period, for reports and tax.
CREATE INDEX idx_positions_closed
  ON positions (closed_at);

-- order.match_book_side: one side of a market's orders, best price first without a sort.
CREATE INDEX idx_orders_matching
  ON orders (trading_pair_id, side, status, price);

-- trade.volume_of_pair: traded amount of a market. amount rides along so that the sum needs no
-- table.
CREATE INDEX idx_trades_pair_executed
  ON trades (trading_pair_id, executed_at, amount);

-- exchange_position.by_sync: what has been out of step for too long.
CREATE INDEX idx_exchange_positions_sync
  ON exchange_positions (sync_status, synced_at);
