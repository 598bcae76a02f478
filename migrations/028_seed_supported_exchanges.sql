-- The eight exchanges that can be connected. DO NOTHING, not REPLACE: a row that is there may
-- carry settings of the user, and replacing it would delete its markets by CASCADE.

INSERT INTO exchanges (name, display_name)
VALUES
  ('binance', 'Binance'),
  ('bingx', 'BingX'),
  ('bybit', 'Bybit'),
  ('coinbase', 'Coinbase'),
  ('kraken', 'Kraken'),
  ('okx', 'OKX'),
  ('orangex', 'OrangeX'),
  ('pionex', 'Pionex')
ON CONFLICT (name) DO NOTHING;
