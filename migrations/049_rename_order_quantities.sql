-- The quantities of an order get the names of the exchanges' API: amount, filled, remaining.
-- Trades say amount already. RENAME COLUMN rewrites the CHECKs by itself; no row is touched.

ALTER TABLE orders RENAME COLUMN quantity TO amount;

ALTER TABLE orders RENAME COLUMN filled_quantity TO filled;

ALTER TABLE orders RENAME COLUMN remaining_quantity TO remaining;
