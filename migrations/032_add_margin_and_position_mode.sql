-- How the account at the exchange is set up. The engine needs both before it sends an order.

ALTER TABLE exchange_connections
  ADD COLUMN margin_type TEXT NOT NULL DEFAULT 'cross' CHECK (margin_type IN ('cross','isolated'));

-- hedge: long and short side by side; oneway: one net position.
ALTER TABLE exchange_connections
  ADD COLUMN position_mode TEXT NOT NULL DEFAULT 'hedge'
    CHECK (position_mode IN ('hedge','oneway'));
