-- Steps and sizes of a market, as the exchange publishes them. The audit takes its tolerances
-- from here. The defaults (eight decimals) hold until the real values are fetched.

-- Smallest change of the price.
ALTER TABLE trading_pairs
  ADD COLUMN price_tick REAL NOT NULL DEFAULT 1e-8 CHECK (price_tick > 0);

-- Smallest change of the amount.
ALTER TABLE trading_pairs
  ADD COLUMN amount_step REAL NOT NULL DEFAULT 1e-8 CHECK (amount_step > 0);

-- Smallest price * amount of an order, in quote currency; 0: none published.
ALTER TABLE trading_pairs
  ADD COLUMN min_cost REAL NOT NULL DEFAULT 0 CHECK (min_cost >= 0);

-- Base currency in one contract; 1 for spot.
ALTER TABLE trading_pairs
  ADD COLUMN contract_size REAL NOT NULL DEFAULT 1 CHECK (contract_size > 0);
