"""Cases of GEN-04: price or amount of zero or less."""

from tests.audit.case import Case
from tests.audit.rows import AT, candle, order, position, trade

_FREQTRADE = (
    "INSERT INTO trades (exchange, pair, is_open, fee_open, fee_close, open_rate, stake_amount,"
    " amount, open_date, stop_loss) VALUES ('binance', 'BTC/USDT', 1, 0, 0, {rate}, 100, {amount},"
    " '2024-05-01 10:00:00.000000', 0);"
)
_FILL = (
    "INSERT INTO TradeFill (config_file_path, strategy, market, symbol, base_asset, quote_asset,"
    " timestamp, order_id, trade_type, order_type, price, amount, trade_fee, exchange_trade_id)"
    " VALUES ('c', 's', 'binance', 'BTC-USDT', 'BTC', 'USDT', 1700000000000, 'o', 'BUY', 'LIMIT',"
    " {price}, 1000000, '{{}}', 't');"
)
_LEGACY_ORDER = (
    "INSERT INTO orders (exchange_order_id, symbol, side, type, price, amount)"
    " VALUES ('x', 'BTCUSDT', 'buy', '{type}', {price}, 1);"
)

DEFECT = (
    Case("a trade at no price", trade(price=0.0), base="cts", objects=("trades.price",)),
    Case(
        "less than nothing",
        trade(amount=-1.0) + order(filled=-1.0),
        base="cts",
        objects=("orders.filled", "trades.amount"),
        confidence="certain",
        severity="error",
    ),
    Case(
        "a candle",
        candle(1, AT, low=0.0) + candle(2, AT + 60_000, volume=-1.0),
        base="cts",
        objects=("market_data.low", "market_data.volume"),
    ),
    Case("a position", position(entry_price=0.0), base="cts", objects=("positions.entry_price",)),
    Case(
        "a limit order at no price",
        _LEGACY_ORDER.format(type="LIMIT", price=0),
        base="cts_legacy",
        objects=("orders.price",),
    ),
    Case(
        "a tick of v3.1",
        "INSERT INTO market_data (symbol, price) VALUES ('BTCUSDT', 0);",
        base="cts_legacy",
        objects=("market_data.price",),
    ),
    Case(
        "freqtrade",
        _FREQTRADE.format(rate=0, amount=-1),
        base="freqtrade",
        objects=("trades.amount", "trades.open_rate"),
    ),
    Case(
        "hummingbot, less than nothing",
        _FILL.format(price=-1),
        base="hummingbot",
        objects=("TradeFill.price",),
    ),
)

NEAR_MISS = (
    Case(
        "no volume, nothing filled, a closed position, a rebate, a loss, no price",
        candle(1, AT, volume=0.0)
        + order(status="open", filled=0.0, price=None, average_price=None)
        + trade(fee=-0.1)
        + position(status="closed", quantity=0.0, closed_at=AT, realized_pnl=-5.0),
        base="cts",
    ),
    Case(
        "a market order at no price",
        _LEGACY_ORDER.format(type="market", price=0),
        base="cts_legacy",
    ),
    Case(
        "freqtrade's position before its first fill, without a stop",
        _FREQTRADE.format(rate=100, amount=0),
        base="freqtrade",
    ),
    Case(
        "hummingbot, less than a millionth",
        _FILL.format(price=0),
        base="hummingbot",
    ),
    Case(
        "a text is no number",
        "INSERT INTO market_data (symbol, price) VALUES ('BTCUSDT', 'x');",
        base="cts_legacy",
    ),
    Case(
        "amounts kept as text",
        "CREATE TABLE trades (id INTEGER PRIMARY KEY, order_id INTEGER, trading_pair_id INTEGER,"
        " price TEXT, amount TEXT); INSERT INTO trades VALUES (1, 1, 1, '0', '0');",
        status="not_checked",
    ),
    Case(
        "a free item on an invoice",
        "CREATE TABLE invoice_items (id INTEGER PRIMARY KEY, price REAL, quantity REAL);"
        "INSERT INTO invoice_items VALUES (1, 0, -1);",
        status="not_applicable",
    ),
)
