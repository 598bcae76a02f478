-- How an order is to be executed, and why the exchange refused it. A stop order without a limit
-- price is legal (stop_market), so nothing ties stop_price to price.

-- Good till cancelled, immediate or cancel, fill or kill, good till crossing (post only).
ALTER TABLE orders
  ADD COLUMN time_in_force TEXT NOT NULL DEFAULT 'GTC'
    CHECK (time_in_force IN ('GTC','IOC','FOK','GTX'));

ALTER TABLE orders
  ADD COLUMN stop_price REAL CHECK (stop_price > 0 AND stop_price < 1e15);

-- The order may shrink a position but never open or flip one.
ALTER TABLE orders
  ADD COLUMN reduce_only INTEGER NOT NULL DEFAULT 0 CHECK (reduce_only IN (0,1));

-- The words of the exchange.
ALTER TABLE orders
  ADD COLUMN reject_reason TEXT;
