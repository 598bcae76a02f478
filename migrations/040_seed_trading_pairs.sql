-- BTCUSDT and ETHUSDT as spot markets of every exchange, so that a new database has something to
-- connect to. WHERE true belongs there: after SELECT ... JOIN the parser would take ON CONFLICT
-- for a join condition.

INSERT INTO trading_pairs (exchange_id, symbol, base_currency, quote_currency)
SELECT e.id, b.column1 || 'USDT', b.column1, 'USDT'
FROM exchanges e
CROSS JOIN (VALUES ('BTC'), ('ETH')) b
WHERE true
ON CONFLICT DO NOTHING;
