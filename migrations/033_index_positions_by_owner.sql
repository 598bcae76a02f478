-- Positions by connection, market and strategy. All three are foreign keys as well: without an
-- index that starts with the child column, deleting a parent row reads the whole table.

-- position.by_connection_since: positions of a connection since a time; child index.
CREATE INDEX idx_positions_connection_opened
  ON positions (connection_id, opened_at);

-- position.history_of_pair: the last hundred positions of a market; child index.
CREATE INDEX idx_positions_pair_opened
  ON positions (trading_pair_id, opened_at);

-- position.count_by_strategy: how a strategy's positions stand, counted from the index alone.
CREATE INDEX idx_positions_strategy_status
  ON positions (strategy_id, status);
