-- Four views for reading. They store nothing and cost nothing to writers.

-- What an order says about itself beside the sum of its fills. Orders without fills are listed too;
-- their fill_average is NULL, not 0.
CREATE VIEW v_order_fills AS
SELECT
  o.id AS order_id,
  o.status,
  o.amount,
  o.filled,
  o.remaining,
  o.average_price,
  count(t.id) AS fill_count,
  coalesce(sum(t.amount), 0) AS fill_amount,
  CASE
    WHEN sum(t.amount) > 0 THEN sum(t.amount * t.price) / sum(t.amount)
  END AS fill_average,
  coalesce(sum(t.fee), 0) AS fill_fee
FROM orders o
LEFT JOIN trades t ON t.order_id = o.id
GROUP BY o.id;

-- Open positions at the last known price. Without one the entry price stands in: profit 0.
CREATE VIEW v_open_positions AS
SELECT
  p.id,
  p.portfolio_id,
  p.connection_id,
  tp.symbol,
  p.side,
  p.quantity,
  p.entry_price,
  p.current_price,
  p.quantity * p.entry_price AS notional,
  CASE p.side WHEN 'long' THEN 1 ELSE -1 END
    * (coalesce(p.current_price, p.entry_price) - p.entry_price)
    * p.quantity
    * tp.contract_size AS mark_pnl,
  p.opened_at
FROM positions p
JOIN trading_pairs tp ON tp.id = p.trading_pair_id
WHERE p.status = 'open';

-- A connection with its engine and its lease. LEFT JOIN: a connection that never ran is listed too.
CREATE VIEW v_connection_health AS
SELECT
  c.id AS connection_id,
  c.name,
  e.name AS exchange,
  c.is_enabled,
  c.is_active,
  c.is_live_trade,
  s.status AS engine_status,
  s.last_realtime_run_at,
  k.status AS coordination_status,
  k.owner,
  k.lease_expires_at,
  k.last_heartbeat_at
FROM exchange_connections c
JOIN exchanges e ON e.id = c.exchange_id
LEFT JOIN trade_engine_state s ON s.connection_id = c.id
LEFT JOIN connection_coordination k ON k.connection_id = c.id;

-- Volume per connection, market and UTC day (86,400,000 ms). maker_share is the part of the amount
-- that was traded as maker, from 0 to 1.
CREATE VIEW v_daily_volume AS
SELECT
  connection_id,
  trading_pair_id,
  executed_at / 86400000 * 86400000 AS day_start,
  count(*) AS trade_count,
  sum(price * amount) AS quote_volume,
  sum(CASE WHEN is_maker = 1 THEN amount ELSE 0 END) / sum(amount) AS maker_share
FROM trades
GROUP BY connection_id, trading_pair_id, day_start;
