-- Nobody asks for a status alone; the question is which orders have stood in it for too long. The
-- longer index answers both, so the short one only costs writes. New before old: there is no
-- moment without an index on status.

-- order.by_status_stale: orders that have not moved since a time.
CREATE INDEX idx_orders_status_updated
  ON orders (status, updated_at);

DROP INDEX idx_orders_status;
