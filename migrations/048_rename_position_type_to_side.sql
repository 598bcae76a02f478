-- positions.position_type becomes side, the word that orders, trades and exchange_positions use.
-- RENAME COLUMN rewrites the CHECK by itself; no row is touched.

ALTER TABLE positions RENAME COLUMN position_type TO side;
