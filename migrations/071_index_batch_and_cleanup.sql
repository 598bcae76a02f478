-- Look-ups in the statistics of bulk operations and in the history of retention.

-- batch.between: operations of a period.
CREATE INDEX idx_batch_stats_started
  ON batch_processor_stats (started_at);

-- batch.of_operation: the runs of one operation on one table, newest first.
CREATE INDEX idx_batch_stats_operation
  ON batch_processor_stats (operation, table_name, started_at);

-- batch.of_connection: operations of a connection; child index.
CREATE INDEX idx_batch_stats_connection
  ON batch_processor_stats (connection_id);

-- cleanup.last_of_table: the last retention run on a table.
CREATE INDEX idx_cleanup_table_started
  ON data_cleanup_log (table_name, started_at);

-- cleanup.triggered_by: runs that a user started; child index.
CREATE INDEX idx_cleanup_triggered_by
  ON data_cleanup_log (triggered_by);
