-- The 33 performance indexes, grouped by table. Each serves one named query of
-- resources/queries.json, given in its comment, and the tests check the query plan.
--
-- They are not free: after this file orders carry 11 indexes and trades 10 (those of UNIQUE
-- constraints included), and each row written pays for all of them. A console that only records
-- can leave this file out (--to 101).
--
-- A partial index is used only by a query that repeats its WHERE term word for word (IS NOT NULL
-- also follows from a comparison). Every WHERE here is deterministic; one that asks for the clock
-- would make SQLite refuse all inserts. Covering means that the query is answered from the index
-- without reading the table.

-- orders

-- order.live_book: partial, since few orders are live; price last gives the sort.
CREATE INDEX idx_perf_orders_open_book
  ON orders (connection_id, trading_pair_id, side, price)
  WHERE status IN ('open','partially_filled');

-- order.stuck: partial on closed_at: a status list loses to 047's index.
CREATE INDEX idx_perf_orders_stuck
  ON orders (updated_at)
  WHERE closed_at IS NULL;

-- order.closed_of_portfolio: partial, since live orders have no closing time.
CREATE INDEX idx_perf_orders_portfolio_closed
  ON orders (portfolio_id, closed_at)
  WHERE closed_at IS NOT NULL;

-- trades

-- trade.fill_sums: covering: sums of all fills in order of order_id, no sort.
CREATE INDEX idx_perf_trades_order_fills
  ON trades (order_id, amount, price, fee);

-- trade.vwap: covering: the average price reads only the index.
CREATE INDEX idx_perf_trades_pair_side
  ON trades (trading_pair_id, side, executed_at, price, amount);

-- trade.position_flow: covering, in the order of the grouping.
CREATE INDEX idx_perf_trades_position_flow
  ON trades (position_id, side, amount, price, fee);

-- trade.duplicate_ids: covering, in the order of the grouping.
CREATE INDEX idx_perf_trades_exchange_id
  ON trades (connection_id, exchange_trade_id);

-- trade.fees_by_currency: covering: fee last feeds the sum.
CREATE INDEX idx_perf_trades_fee_currency
  ON trades (fee_currency, executed_at, fee);

-- positions

-- position.exposure: partial (open ones) and covering.
CREATE INDEX idx_perf_positions_open_exposure
  ON positions (portfolio_id, trading_pair_id, side, quantity, entry_price)
  WHERE status = 'open';

-- position.strategy_pnl: covering: realized_pnl last feeds the sum.
CREATE INDEX idx_perf_positions_strategy_pnl
  ON positions (strategy_id, closed_at, realized_pnl);

-- position.stops_of_pair: partial (open ones) and covering.
CREATE INDEX idx_perf_positions_stops
  ON positions (trading_pair_id, stop_loss, take_profit)
  WHERE status = 'open';

-- exchange_positions

-- exchange_position.reconcile: covering, in the order of grouping.
CREATE INDEX idx_perf_exchange_positions_reconcile
  ON exchange_positions (connection_id, trading_pair_id, side, quantity);

-- exchange_position.unsynced: partial, since most rows are in step.
CREATE INDEX idx_perf_exchange_positions_unsynced
  ON exchange_positions (synced_at)
  WHERE sync_status <> 'synced';

-- market_data

-- market.snapshot_at: covering: all closes at one moment.
CREATE INDEX idx_perf_market_snapshot
  ON market_data (timeframe, open_time, trading_pair_id, close);

-- market.crossed_book: partial, next to empty: a scan of it finds every crossed book.
CREATE INDEX idx_perf_market_crossed
  ON market_data (trading_pair_id, open_time)
  WHERE bid > ask;

-- indications

-- indication.active_now: partial (active ones), newest first without a sort.
CREATE INDEX idx_perf_indications_active
  ON indications (connection_id, trading_pair_id, indication_type, calculated_at)
  WHERE status = 'active';

-- indication.best: partial (active ones) and covering; DESC as the query sorts.
CREATE INDEX idx_perf_indications_rank
  ON indications (indication_type, profit_factor DESC)
  WHERE status = 'active';

-- pseudo_positions

-- pseudo.active_slot: partial (active ones) and covering: is the slot taken?
CREATE INDEX idx_perf_pseudo_active
  ON pseudo_positions (connection_id, trading_pair_id, side, level)
  WHERE status = 'active';

-- pseudo.best_of_preset: partial (active ones) and covering; DESC as the query sorts.
CREATE INDEX idx_perf_pseudo_rank
  ON pseudo_positions (preset_id, profit_factor DESC)
  WHERE status = 'active';

-- pseudo.expired: partial: only finished ones can be removed.
CREATE INDEX idx_perf_pseudo_cleanup
  ON pseudo_positions (closed_at)
  WHERE status IN ('closed','cancelled');

-- symbol_processing_queue

-- queue.next: partial (waiting ones), covering, in the order of the query.
CREATE INDEX idx_perf_queue_next
  ON symbol_processing_queue (priority DESC, enqueued_at)
  WHERE status = 'pending';

-- connection_coordination

-- coordination.expired_lease: partial: only held leases can run out.
CREATE INDEX idx_perf_coordination_lease
  ON connection_coordination (lease_expires_at)
  WHERE owner IS NOT NULL;

-- performance_metrics

-- metric.recent: the last results, whatever period they are for.
CREATE INDEX idx_perf_metrics_recent
  ON performance_metrics (connection_id, calculated_at);

-- metric.worst_drawdown: worst first, read from the end of the period's range.
CREATE INDEX idx_perf_metrics_drawdown
  ON performance_metrics (period, max_drawdown_percent);

-- audit_logs

-- audit.by_action: the last times something was done.
CREATE INDEX idx_perf_audit_action
  ON audit_logs (action, created_at);

-- audit.refused_of_user: partial, since almost all actions succeed.
CREATE INDEX idx_perf_audit_refused
  ON audit_logs (user_id, action, created_at)
  WHERE outcome <> 'ok';

-- site_logs

-- site_log.errors_of_category: partial, since errors are few among the lines.
CREATE INDEX idx_perf_site_logs_errors
  ON site_logs (category, created_at)
  WHERE level IN ('error','critical');

-- trade_logs

-- trade_log.errors: partial, since errors are few among the events.
CREATE INDEX idx_perf_trade_logs_errors
  ON trade_logs (connection_id, event_type, created_at)
  WHERE level IN ('error','critical');

-- alerts

-- alert.armed: partial: only alerts that can still fire.
CREATE INDEX idx_perf_alerts_armed
  ON alerts (trading_pair_id, alert_type, threshold)
  WHERE is_active = 1 AND triggered_at IS NULL;

-- batch_processor_stats

-- batch.slowest: slowest first, read from the end of the table's range.
CREATE INDEX idx_perf_batch_slow
  ON batch_processor_stats (table_name, duration_ms);

-- exchange_connections

-- connection.live: partial: the few that trade with real money. Covering.
CREATE INDEX idx_perf_connections_live
  ON exchange_connections (exchange_id, user_id)
  WHERE is_enabled = 1 AND is_live_trade = 1;

-- trading_pairs

-- pair.active_of_quote: partial (active ones), sorted by symbol. Covering.
CREATE INDEX idx_perf_pairs_active_symbols
  ON trading_pairs (quote_currency, symbol)
  WHERE is_active = 1;

-- archived_market_data

-- archive.range: archived candles of a period, whatever the market.
CREATE INDEX idx_perf_archived_range
  ON archived_market_data (timeframe, open_time);
