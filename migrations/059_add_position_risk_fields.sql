-- Where a position is meant to end, where the exchange would end it, and the funding it has paid.
-- funding_paid may be negative: funding is received as well as paid.

ALTER TABLE positions
  ADD COLUMN stop_loss REAL CHECK (stop_loss > 0 AND stop_loss < 1e15);

ALTER TABLE positions
  ADD COLUMN take_profit REAL CHECK (take_profit > 0 AND take_profit < 1e15);

ALTER TABLE positions
  ADD COLUMN liquidation_price REAL CHECK (liquidation_price > 0 AND liquidation_price < 1e15);

ALTER TABLE positions
  ADD COLUMN funding_paid REAL NOT NULL DEFAULT 0
    CHECK (funding_paid > -1e18 AND funding_paid < 1e18);
