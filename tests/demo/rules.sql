-- The rules over trading data, one query each; a row is a finding. `:now` is in milliseconds.
--
-- Where a rule's text widens its query (tolerances, timeframes, price as well as amount), the query
-- here is the widened one. MKT-05 is its pre-filter: only what passes it is put to the robust z.
-- ORD-01 Fills add up to `filled`
SELECT o.id, o.filled, coalesce(sum(t.amount),0) FROM orders o JOIN trading_pairs tp ON
  tp.id=o.trading_pair_id LEFT JOIN trades t ON t.order_id=o.id WHERE o.updated_at < :now-60000
  GROUP BY o.id HAVING abs(o.filled-coalesce(sum(t.amount),0)) > max(tp.amount_step / 2, 1e-9 *
  abs(o.amount));
-- ORD-02 filled + remaining = amount
SELECT o.id, o.amount, o.filled, o.remaining FROM orders o JOIN trading_pairs tp ON
  tp.id=o.trading_pair_id WHERE o.status IN ('pending','open','partially_filled','filled') AND
  abs(o.filled+o.remaining-o.amount) > max(tp.amount_step / 2, 1e-9 * abs(o.amount));
-- ORD-03 Overfilled order
SELECT o.id, o.amount, o.filled FROM orders o JOIN trading_pairs tp ON tp.id=o.trading_pair_id
  WHERE o.filled > o.amount + max(tp.amount_step / 2, 1e-9 * abs(o.amount));
-- ORD-04 Status `filled` but not full
SELECT o.id, o.filled, o.amount FROM orders o JOIN trading_pairs tp ON tp.id=o.trading_pair_id
  WHERE o.status='filled' AND o.filled < o.amount - max(tp.amount_step / 2, 1e-9 *
  abs(o.amount));
-- ORD-05 Live status but completely filled
SELECT o.id, o.status FROM orders o JOIN trading_pairs tp ON tp.id=o.trading_pair_id WHERE
  o.status IN ('pending','open','partially_filled') AND o.filled >= o.amount -
  max(tp.amount_step / 2, 1e-9 * abs(o.amount)) AND o.updated_at < :now-60000;
-- ORD-06 `partially_filled` with nothing filled
SELECT id FROM orders WHERE status='partially_filled' AND filled <= 0;
-- ORD-07 Rejected order with fills
SELECT o.id FROM orders o WHERE o.status='rejected' AND (o.filled > 0 OR EXISTS (SELECT 1 FROM
  trades t WHERE t.order_id=o.id));
-- ORD-08 average_price equals the VWAP of the fills
SELECT o.id, o.average_price, sum(t.price*t.amount)/sum(t.amount) AS vwap FROM orders o JOIN
  trades t ON t.order_id=o.id JOIN trading_pairs tp ON tp.id=o.trading_pair_id WHERE
  o.average_price IS NOT NULL GROUP BY o.id HAVING abs(o.average_price-vwap) >
  max(tp.price_tick, 1e-6*vwap);
-- ORD-09 Limit order executed worse than its limit
SELECT o.id, o.side, o.price, max(t.price), min(t.price) FROM orders o JOIN trades t ON
  t.order_id=o.id JOIN trading_pairs tp ON tp.id=o.trading_pair_id WHERE o.order_type='limit'
  GROUP BY o.id HAVING (o.side='buy' AND max(t.price) > o.price+tp.price_tick) OR (o.side='sell'
  AND min(t.price) < o.price-tp.price_tick);
-- ORD-10 fee_total equals the fees of the fills
SELECT o.id, o.fee_total, sum(t.fee) FROM orders o JOIN trades t ON t.order_id=o.id GROUP BY
  o.id HAVING count(DISTINCT t.fee_currency)=1 AND abs(o.fee_total-sum(t.fee)) >
  1e-8+1e-6*abs(o.fee_total);
-- ORD-11 Live order without news for hours
SELECT id, connection_id, status FROM orders WHERE closed_at IS NULL AND updated_at <
  :now-86400000;
-- ORD-12 Sent order without exchange id
SELECT id FROM orders WHERE exchange_order_id IS NULL AND status NOT IN ('pending','rejected')
  AND created_at < :now-60000;
-- ORD-13 closed_at disagrees with the status
SELECT id FROM orders WHERE (status IN ('filled','cancelled','rejected','expired')) <>
  (closed_at IS NOT NULL) OR closed_at < created_at OR submitted_at < created_at;
-- ORD-14 Order below the exchange minimum
SELECT o.id FROM orders o JOIN trading_pairs tp ON tp.id=o.trading_pair_id WHERE o.amount <
  tp.min_amount OR (o.price IS NOT NULL AND o.amount*o.price*tp.contract_size < tp.min_cost);
-- ORD-15 Amount or price off the grid
SELECT o.id FROM orders o JOIN trading_pairs tp ON tp.id=o.trading_pair_id WHERE
  abs(o.amount/tp.amount_step - round(o.amount/tp.amount_step)) >
  1e-6*max(1,o.amount/tp.amount_step) OR abs(o.price/tp.price_tick -
  round(o.price/tp.price_tick)) > 1e-6*max(1,o.price/tp.price_tick) OR
  abs(o.stop_price/tp.price_tick - round(o.stop_price/tp.price_tick)) >
  1e-6*max(1,o.stop_price/tp.price_tick);
-- ORD-16 IOC/FOK order still resting, or FOK partly filled
SELECT id FROM orders WHERE (time_in_force IN ('IOC','FOK') AND status IN
  ('open','pending','partially_filled') AND created_at < :now-60000) OR (time_in_force='FOK' AND
  filled > 0 AND filled < amount);
-- TRD-01 Trade without order
SELECT t.id FROM trades t LEFT JOIN orders o ON o.id=t.order_id WHERE o.id IS NULL;
-- TRD-02 Same exchange trade id twice
SELECT connection_id, trading_pair_id, exchange_trade_id, count(*) FROM trades GROUP BY 1,2,3
  HAVING count(*) > 1;
-- TRD-03 Look-alike fills (double recording)
SELECT order_id, price, amount, executed_at, count(*) FROM trades GROUP BY 1,2,3,4 HAVING
  count(*) > 1;
-- TRD-04 Trade disagrees with its order
SELECT t.id FROM trades t JOIN orders o ON o.id=t.order_id WHERE t.side<>o.side OR
  t.trading_pair_id<>o.trading_pair_id OR t.connection_id<>o.connection_id;
-- TRD-05 Executed before the order existed or after it closed
SELECT t.id, t.executed_at-o.created_at FROM trades t JOIN orders o ON o.id=t.order_id WHERE
  t.executed_at < o.created_at-5000 OR t.executed_at > o.closed_at+300000;
-- TRD-06 cost = price x amount x contract size
SELECT t.id, t.cost, t.price*t.amount*tp.contract_size FROM trades t JOIN trading_pairs tp ON
  tp.id=t.trading_pair_id WHERE t.cost>0 AND abs(t.cost-t.price*t.amount*tp.contract_size) >
  1e-8+1e-6*t.cost;
-- TRD-07 Negative fee on a taker fill
SELECT id, fee FROM trades WHERE fee < 0 AND is_maker=0;
-- TRD-08 Fee without a known currency
SELECT t.id, t.fee_currency FROM trades t JOIN trading_pairs tp ON tp.id=t.trading_pair_id WHERE
  t.fee<>0 AND (t.fee_currency IS NULL OR t.fee_currency NOT IN (tp.base_currency,
  tp.quote_currency, 'BNB','KCS','OKB','HT','GT','BGB','MX'));
-- TRD-09 Implausible fee rate
SELECT t.id, t.fee/t.cost FROM trades t JOIN trading_pairs tp ON tp.id=t.trading_pair_id WHERE
  t.fee_currency=tp.quote_currency AND t.cost>0 AND abs(t.fee)/t.cost > 0.01;
-- TRD-10 Price outside the candle of that minute
SELECT t.id FROM trades t JOIN market_data m ON m.trading_pair_id=t.trading_pair_id AND
  m.timeframe='5m' AND m.open_time=t.executed_at/300000*300000 WHERE t.price > m.high*1.002 OR
  t.price < m.low*0.998;
-- TRD-11 Trade time in the future or recorded before it happened
SELECT id FROM trades WHERE executed_at > :now+300000 OR recorded_at < executed_at-300000;
-- TRD-12 Trade not linked to a position though its order is
SELECT t.id FROM trades t JOIN orders o ON o.id=t.order_id WHERE t.position_id IS NULL AND
  o.position_id IS NOT NULL;
-- TRD-13 Funding or settlement stored as a fill
SELECT t.id FROM trades t JOIN positions p ON p.id=t.position_id WHERE t.amount=p.quantity AND
  t.fee=0 AND t.executed_at % 28800000 < 60000;
-- POS-01 Open size equals the signed sum of its trades
SELECT p.id, p.quantity, sum(CASE WHEN (p.side='long')=(t.side='buy') THEN t.amount ELSE
  -t.amount END) AS net FROM positions p JOIN trades t ON t.position_id=p.id JOIN trading_pairs
  tp ON tp.id=p.trading_pair_id WHERE p.status='open' GROUP BY p.id HAVING abs(p.quantity-net) >
  max(tp.amount_step/2, 1e-9*p.quantity);
-- POS-02 Entry price equals the average of the opening fills
SELECT p.id, p.entry_price, sum(t.price*t.amount)/sum(t.amount) AS avg_in FROM positions p JOIN
  trades t ON t.position_id=p.id AND (p.side='long')=(t.side='buy') JOIN trading_pairs tp ON
  tp.id=p.trading_pair_id GROUP BY p.id HAVING abs(p.entry_price-avg_in) > max(tp.price_tick,
  1e-6*avg_in);
-- POS-03 Realised PnL recomputed
SELECT p.id, p.realized_pnl, sum(CASE t.side WHEN 'sell' THEN 1 ELSE -1
  END*t.price*t.amount)-p.fees_paid-p.funding_paid AS pnl FROM positions p JOIN trades t ON
  t.position_id=p.id WHERE p.status<>'open' GROUP BY p.id HAVING abs(p.realized_pnl-pnl) >
  0.01+1e-4*abs(pnl);
-- POS-04 Closed position that is not flat
SELECT p.id, sum(CASE t.side WHEN 'buy' THEN t.amount ELSE -t.amount END) AS net FROM positions
  p JOIN trades t ON t.position_id=p.id JOIN trading_pairs tp ON tp.id=p.trading_pair_id WHERE
  p.status='closed' GROUP BY p.id HAVING abs(net) > max(tp.amount_step, tp.min_amount);
-- POS-05 Open position of (almost) nothing
SELECT p.id, p.quantity FROM positions p JOIN trading_pairs tp ON tp.id=p.trading_pair_id WHERE
  p.status='open' AND p.quantity < max(tp.min_amount, tp.amount_step);
-- POS-06 Open/closed time contradictions
SELECT id FROM positions WHERE (status='open')<>(closed_at IS NULL) OR closed_at<opened_at;
-- POS-07 Two open positions in one slot
SELECT connection_id, trading_pair_id, side, count(*) FROM positions WHERE status='open' GROUP
  BY 1,2,3 HAVING count(*)>1;
-- POS-08 Stop or target on the wrong side
SELECT id FROM positions WHERE status='open' AND current_price IS NOT NULL AND ((side='long' AND
  (stop_loss>current_price OR take_profit<current_price)) OR (side='short' AND
  (stop_loss<current_price OR take_profit>current_price)));
-- POS-09 Leverage above the limit
SELECT p.id, p.leverage, c.max_leverage FROM positions p JOIN exchange_connections c ON
  c.id=p.connection_id LEFT JOIN risk_limits l ON l.portfolio_id=p.portfolio_id AND
  l.is_active=1 WHERE p.status='open' AND p.leverage > min(c.max_leverage,
  coalesce(l.max_leverage, c.max_leverage));
-- POS-10 Price at or beyond liquidation
SELECT id FROM positions WHERE status='open' AND liquidation_price IS NOT NULL AND current_price
  IS NOT NULL AND ((side='long' AND current_price<=liquidation_price) OR (side='short' AND
  current_price>=liquidation_price));
-- POS-11 Unrealised PnL recomputed
SELECT p.id, p.unrealized_pnl, (CASE p.side WHEN 'long' THEN 1 ELSE -1
  END)*(p.current_price-p.entry_price)*p.quantity*tp.contract_size AS u FROM positions p JOIN
  trading_pairs tp ON tp.id=p.trading_pair_id WHERE p.status='open' AND p.current_price IS NOT
  NULL AND abs(p.unrealized_pnl-u) > 0.01+1e-3*abs(u);
-- POS-12 Local and exchange size differ
SELECT e.connection_id, e.trading_pair_id, e.side, e.q, l.q FROM (SELECT connection_id,
  trading_pair_id, side, sum(quantity) q FROM exchange_positions GROUP BY 1,2,3) e JOIN (SELECT
  connection_id, trading_pair_id, side, sum(quantity) q FROM positions WHERE status='open' GROUP
  BY 1,2,3) l USING (connection_id, trading_pair_id, side) JOIN trading_pairs tp ON
  tp.id=e.trading_pair_id WHERE abs(e.q-l.q) > max(tp.amount_step/2, 1e-9*abs(l.q));
-- POS-13 Ghost position (known on one side only)
SELECT p.id FROM positions p WHERE p.status='open' AND p.updated_at < :now-120000 AND NOT EXISTS
  (SELECT 1 FROM exchange_positions e WHERE e.connection_id=p.connection_id AND
  e.trading_pair_id=p.trading_pair_id AND e.side=p.side AND e.quantity>0);
-- POS-14 Exchange position not synced
SELECT e.id FROM exchange_positions e JOIN trade_engine_state s ON
  s.connection_id=e.connection_id WHERE s.status='running' AND (e.sync_status IN
  ('mismatch','error','stale') OR e.synced_at < :now-300000);
-- POS-15 Open position without a trade
SELECT p.id FROM positions p WHERE p.status='open' AND NOT EXISTS (SELECT 1 FROM trades t WHERE
  t.position_id=p.id);
-- MKT-01 Candle gap
SELECT tp.symbol, (open_time-prev)/300000-1 AS missing FROM (SELECT trading_pair_id, open_time,
  lag(open_time) OVER (PARTITION BY trading_pair_id ORDER BY open_time) prev FROM market_data
  WHERE timeframe='5m') g JOIN trading_pairs tp ON tp.id=g.trading_pair_id WHERE open_time-prev
  > 300000;
-- MKT-02 Duplicate candle
SELECT trading_pair_id, timeframe, open_time, count(*) FROM market_data GROUP BY 1,2,3 HAVING
  count(*)>1;
-- MKT-03 OHLC contradiction
SELECT id FROM market_data WHERE high < max(open,close) OR low > min(open,close) OR high < low;
-- MKT-04 Crossed book
SELECT id, bid, ask FROM market_data WHERE bid > ask;
-- MKT-05 Price outlier against its neighbours
SELECT id, close FROM (SELECT id, close, avg(close) OVER w AS m, count(*) OVER w AS n,
  min(close) OVER w AS lo, max(close) OVER w AS hi FROM market_data WHERE timeframe='5m' WINDOW
  w AS (PARTITION BY trading_pair_id ORDER BY open_time ROWS BETWEEN 10 PRECEDING AND 10
  FOLLOWING EXCLUDE CURRENT ROW)) WHERE n>=10 AND (close > 1.5*hi OR close < lo/1.5);
-- MKT-06 Stale feed
SELECT tp.symbol, max(m.open_time) AS last FROM trading_pairs tp JOIN market_data m ON
  m.trading_pair_id=tp.id AND m.timeframe='5m' WHERE tp.is_active=1 GROUP BY tp.id HAVING last <
  :now-900000;
-- MKT-07 Candle not on the grid
SELECT id FROM market_data WHERE open_time % (CASE timeframe WHEN '1m' THEN 60000 WHEN '5m' THEN
  300000 WHEN '15m' THEN 900000 WHEN '1h' THEN 3600000 WHEN '4h' THEN 14400000 ELSE 86400000
  END) <> 0;
-- MKT-08 Candle from the future
SELECT id FROM market_data WHERE open_time > :now+60000 OR received_at < open_time;
-- MKT-09 Volume and price disagree
SELECT id FROM market_data WHERE (volume=0 AND open<>close) OR (trade_count=0 AND volume>0 AND
  EXISTS (SELECT 1 FROM market_data WHERE trade_count>0));
-- MKT-10 Frozen feed (identical candles)
SELECT trading_pair_id, min(open_time), count(*) FROM (SELECT *, row_number() OVER (PARTITION BY
  trading_pair_id ORDER BY open_time) - row_number() OVER (PARTITION BY trading_pair_id, open,
  high, low, close, volume ORDER BY open_time) g FROM market_data WHERE timeframe='5m') GROUP BY
  trading_pair_id, open, high, low, close, volume, g HAVING count(*) >= 10 AND volume > 0;
-- MKT-11 Spread very wide
SELECT id, (ask-bid)/((ask+bid)/2) FROM market_data WHERE bid IS NOT NULL AND ask>bid AND
  (ask-bid)/((ask+bid)/2) > 0.05;
-- ENG-01 Running engine without heartbeat
SELECT connection_id, last_realtime_run_at FROM trade_engine_state WHERE status='running' AND
  coalesce(last_realtime_run_at, started_at, 0) < :now-:heartbeat_ms;
-- ENG-02 Engine running on a disabled or inactive connection
SELECT s.connection_id, c.name FROM trade_engine_state s JOIN exchange_connections c ON
  c.id=s.connection_id WHERE s.status IN ('running','starting') AND (c.is_enabled=0 OR
  c.is_active=0);
-- ENG-03 Enabled connection without engine
SELECT c.id FROM exchange_connections c LEFT JOIN trade_engine_state s ON s.connection_id=c.id
  WHERE c.is_enabled=1 AND c.is_active=1 AND coalesce(s.status,'stopped') NOT IN
  ('running','starting','paused');
-- ENG-04 Live flag on a testnet connection, or live without a passed test
SELECT id FROM exchange_connections WHERE is_live_trade=1 AND (is_testnet=1 OR last_test_result
  IS NOT 'success');
-- ENG-05 Engine keeps failing
SELECT connection_id, consecutive_errors FROM trade_engine_state WHERE consecutive_errors >= 5;
-- ENG-06 Preset engine runs an inactive preset
SELECT e.id FROM preset_trade_engine e JOIN presets p ON p.id=e.preset_id WHERE e.status IN
  ('running','testing') AND p.is_active=0;
-- CRD-01 Expired lease still owned
SELECT connection_id, owner FROM connection_coordination WHERE owner IS NOT NULL AND
  lease_expires_at < :now-30000;
-- CRD-02 Busy coordinator without heartbeat
SELECT connection_id FROM connection_coordination WHERE status='busy' AND
  coalesce(last_heartbeat_at,0) < :now-:heartbeat_ms;
-- CRD-03 Hung or failing queue items
SELECT id FROM symbol_processing_queue WHERE (status='processing' AND started_at < :now-600000)
  OR (status='failed' AND attempts >= 5) OR (status='pending' AND enqueued_at < :now-3600000);
-- BOT-01 Bot counters inconsistent
SELECT id FROM bot_instances WHERE winning_trades+losing_trades > total_trades;
-- BOT-02 Running bot on an inactive strategy or without connection
SELECT b.id FROM bot_instances b JOIN strategies s ON s.id=b.strategy_id WHERE
  b.status='running' AND (s.is_active=0 OR b.connection_id IS NULL);
-- REF-01 Preset or strategy reference broken
SELECT p.id FROM presets p WHERE p.is_active=1 AND p.strategy_id IS NULL;
-- IND-01 Active indication past its expiry
SELECT id FROM indications WHERE status='active' AND expires_at < :now-60000;
-- PSE-01 Pseudo position contradicts itself
SELECT id FROM pseudo_positions WHERE (status='active')<>(closed_at IS NULL) OR (status='active'
  AND opened_at < :now-7*86400000);
-- PF-01 Portfolio value reconciles
SELECT f.id, f.total_value, f.cash_value+coalesce(sum((CASE p.side WHEN 'long' THEN 1 ELSE -1
  END)*(coalesce(p.current_price,p.entry_price)-p.entry_price)*p.quantity*tp.contract_size +
  (CASE WHEN tp.market_type='spot' THEN p.entry_price*p.quantity ELSE 0 END)),0) AS v FROM
  portfolios f LEFT JOIN positions p ON p.portfolio_id=f.id AND p.status='open' LEFT JOIN
  trading_pairs tp ON tp.id=p.trading_pair_id WHERE f.is_active=1 GROUP BY f.id HAVING
  abs(f.total_value-v) > 0.01+0.005*abs(v);
-- PF-02 Metric row disagrees with the trades
SELECT m.id FROM performance_metrics m WHERE m.period='daily' AND m.total_trades <> (SELECT
  count(*) FROM positions p WHERE p.portfolio_id=m.portfolio_id AND p.closed_at >=
  m.period_start AND p.closed_at < m.period_start+86400000);
-- PF-03 Loss or drawdown limit passed
SELECT l.id, m.pnl FROM risk_limits l JOIN performance_metrics m ON
  m.portfolio_id=l.portfolio_id AND m.period='daily' WHERE l.is_active=1 AND (m.pnl <
  -l.max_daily_loss OR m.max_drawdown_percent > l.max_drawdown_percent);
-- PF-04 More open positions than allowed
SELECT l.id, count(p.id) FROM risk_limits l JOIN positions p ON p.portfolio_id=l.portfolio_id
  AND p.status='open' WHERE l.is_active=1 GROUP BY l.id HAVING count(p.id) >
  l.max_open_positions;
-- SEC-01 API secret in the clear
SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type='table'
  AND (c.name LIKE '%secret%' OR c.name LIKE '%api\_key%' ESCAPE '\' OR c.name LIKE
  '%passphrase%' OR c.name LIKE '%private%key%' OR c.name LIKE '%password' OR c.name LIKE
  '%token%');
-- SEC-02 Secret-looking text in logs or settings
SELECT id FROM site_logs WHERE message LIKE '%api_secret%' OR message LIKE '%apiSecret%' OR
  message LIKE '%passphrase%' OR context LIKE '%api_secret%' OR context LIKE '%signature%';
-- SEC-03 Weak or missing password hash
SELECT id FROM users WHERE password_hash NOT LIKE '$argon2%' AND password_hash NOT LIKE
  '$scrypt%' AND password_hash NOT LIKE '$2_$%' AND password_hash NOT LIKE '$pbkdf2%';
-- SEC-04 Disabled user still holds a role or runs live connections
SELECT u.id FROM users u WHERE u.status<>'active' AND (EXISTS (SELECT 1 FROM user_roles r WHERE
  r.user_id=u.id AND r.role<>'viewer') OR EXISTS (SELECT 1 FROM exchange_connections c WHERE
  c.user_id=u.id AND c.is_live_trade=1));
-- CFG-01 Setting does not parse as its type
SELECT key FROM system_settings WHERE (value_type='integer' AND CAST(CAST(value AS INTEGER) AS
  TEXT)<>value) OR (value_type='boolean' AND value NOT IN ('true','false')) OR
  (value_type='json' AND NOT json_valid(value)) OR (value_type='number' AND value GLOB
  '*[^0-9.eE+-]*');
-- CFG-02 Retention setting not honoured
SELECT * FROM (SELECT 'market_data', count(*) AS n FROM market_data WHERE open_time <
  :now-86400000*(SELECT CAST(value AS INTEGER) FROM system_settings WHERE
  key='retention.market_data_days') UNION ALL SELECT 'site_logs', count(*) FROM site_logs WHERE
  created_at < :now-86400000*(SELECT CAST(value AS INTEGER) FROM system_settings WHERE
  key='retention.site_log_days') UNION ALL SELECT 'indications', count(*) FROM indications WHERE
  calculated_at < :now-3600000*(SELECT CAST(value AS INTEGER) FROM system_settings WHERE
  key='retention.indication_hours')) WHERE n > 0;
-- CFG-03 No successful cleanup for two intervals
SELECT table_name, max(CASE WHEN status='success' THEN finished_at END) AS ok FROM
  data_cleanup_log GROUP BY table_name HAVING ok IS NULL OR ok < :now-2*86400000;
-- LOG-01 Log growth
SELECT created_at/86400000 AS day, count(*) AS n, sum(level IN ('error','critical')) AS errors
  FROM site_logs GROUP BY day HAVING n > 50000 OR errors > 500;
-- LOG-02 Batch operations with losses
SELECT id FROM batch_processor_stats WHERE errors > 0 OR rows_written < rows_requested;
-- AUD-01 Audit log not monotonic or with holes
SELECT id FROM (SELECT id, created_at, lag(id) OVER (ORDER BY id) pid, lag(created_at) OVER
  (ORDER BY id) pc FROM audit_logs) WHERE created_at < pc-5000 OR id <> pid+1;
-- GEN-01 Orphan rows
SELECT "table", rowid, parent, fkid FROM pragma_foreign_key_check;
-- GEN-02 Value outside the vocabulary
SELECT status, count(*) FROM orders WHERE status NOT IN
  ('pending','open','partially_filled','filled','cancelled','rejected','expired') GROUP BY
  status;
-- GEN-03 Infinity or text in a numeric column
SELECT id FROM market_data WHERE abs(close) >= 9e307 OR typeof(close) NOT IN ('real','integer');
-- GEN-04 Zero or negative price or amount
SELECT id FROM trades WHERE price <= 0 OR amount <= 0;
-- GEN-05 Mixed or naive timestamps
SELECT id FROM orders WHERE typeof(created_at) <> 'integer' OR created_at NOT BETWEEN
  100000000000 AND 100000000000000;
-- GEN-06 Timestamp in the future
SELECT id FROM orders WHERE created_at > :now+300000 OR updated_at > :now+300000;
-- GEN-07 Invalid JSON
SELECT id FROM presets WHERE NOT json_valid(config);
-- GEN-08 NULL in a primary key
SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type='table' AND
  c.pk>0 AND upper(c.type)<>'INTEGER' AND c."notnull"=0;
-- GEN-09 Same symbol spelt differently
SELECT replace(replace(replace(symbol,'/',''),'-',''),':','') AS s, count(DISTINCT symbol) FROM
  trading_pairs GROUP BY exchange_id, market_type, s HAVING count(DISTINCT symbol) > 1;
-- ARC-01 Archive and live data overlap, or cleanup counts wrong
SELECT a.id FROM archived_market_data a JOIN market_data m USING (trading_pair_id, timeframe,
  open_time);
