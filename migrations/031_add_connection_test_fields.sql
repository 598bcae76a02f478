-- Result of the last connection test. NULL in all three means: never tested.

ALTER TABLE exchange_connections
  ADD COLUMN last_test_at INTEGER CHECK (last_test_at BETWEEN 1262304000000 AND 4102444800000);

ALTER TABLE exchange_connections
  ADD COLUMN last_test_result TEXT CHECK (last_test_result IN ('success','failed','timeout'));

-- Words of the exchange; the writer must strip keys and signatures from it.
ALTER TABLE exchange_connections
  ADD COLUMN last_error TEXT;
