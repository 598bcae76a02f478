-- Order of the work queue, items that hang, and connections whose heartbeat stopped. Both tables
-- are written all the time, so they carry no index beyond these and their one in 102.

-- queue.of_connection: a connection's work in the order it came; child index.
CREATE INDEX idx_queue_connection_status
  ON symbol_processing_queue (connection_id, status, enqueued_at);

-- queue.of_pair: is this market waiting already? Child index.
CREATE INDEX idx_queue_pair
  ON symbol_processing_queue (trading_pair_id, status);

-- queue.hung: partial, since only the few items in work can hang.
CREATE INDEX idx_queue_hung
  ON symbol_processing_queue (started_at)
  WHERE status = 'processing';

-- coordination.stale: busy connections that have gone silent.
CREATE INDEX idx_coordination_status_heartbeat
  ON connection_coordination (status, last_heartbeat_at);
