"""Cases of GEN-09: one market under several spellings."""

from tests.audit.case import Case
from tests.audit.rows import AT, row


def _pair(number: int, symbol: str, market_type: str = "spot") -> str:
    return row(
        "trading_pairs",
        id=number,
        exchange_id=1,
        symbol=symbol,
        base_currency="BTC",
        quote_currency="USDT",
        market_type=market_type,
        created_at=AT,
        updated_at=AT,
    )


def _tick(symbol: str, connection: int = 1) -> str:
    return (
        "INSERT INTO market_data (connection_id, symbol, price)"
        f" VALUES ({connection}, '{symbol}', 1);"
    )


def _fill(symbol: str, number: int, market: str = "binance") -> str:
    return (
        "INSERT INTO TradeFill (config_file_path, strategy, market, symbol, base_asset,"
        " quote_asset, timestamp, order_id, trade_type, order_type, price, amount, trade_fee,"
        f" exchange_trade_id) VALUES ('c', 's', '{market}', '{symbol}', 'BTC', 'USDT', 1, 'o',"
        f" 'BUY', 'LIMIT', 1, 1, '{{}}', 't{number}');"
    )


DEFECT = (
    Case(
        "two signs in the table of pairs",
        _pair(3, "BTC-USDT"),
        base="cts",
        objects=("trading_pairs.symbol",),
        confidence="likely",
    ),
    Case(
        "no sign, small letters", _pair(3, "btcusdt"), base="cts", objects=("trading_pairs.symbol",)
    ),
    Case(
        "the swap in two spellings",
        _pair(3, "BTC/USDT:USDT", "swap") + _pair(4, "BTC_USDT:USDT", "swap"),
        base="cts",
        objects=("trading_pairs.symbol",),
    ),
    Case(
        "ticks of v3.1",
        _tick("BTCUSDT") + _tick("BTC/USDT") + _tick("ETHUSDT"),
        base="cts_legacy",
        objects=("market_data.symbol",),
    ),
    Case(
        "hummingbot",
        _fill("BTC-USDT", 1) + _fill("BTCUSDT", 2),
        base="hummingbot",
        objects=("TradeFill.symbol",),
    ),
    Case(
        "freqtrade",
        "INSERT INTO trades (exchange, pair, is_open, fee_open, fee_close, open_rate, stake_amount,"
        " amount, open_date) VALUES ('binance', 'BTC/USDT', 1, 0, 0, 1, 1, 1, '2024-01-01'),"
        " ('binance', 'BTC-USDT', 1, 0, 0, 1, 1, 1, '2024-01-01');",
        base="freqtrade",
        objects=("trades.pair",),
    ),
)

NEAR_MISS = (
    Case(
        "the swap is another market",
        _pair(3, "BTC/USDT:USDT") + _pair(4, "BTC-USDT", "swap") + _pair(5, "BTC-USDT-SWAP"),
        base="cts",
    ),
    Case("two pairs of the same letters", _pair(3, "BTCU/SDT"), base="cts"),
    Case("two accounts", _tick("BTCUSDT", 1) + _tick("BTC/USDT", 2), base="cts_legacy"),
    Case(
        "two venues",
        _fill("BTC-USDT", 1) + _fill("BTCUSDT", 2, "binance_perpetual"),
        base="hummingbot",
    ),
    Case(
        "symbols that are none",
        "INSERT INTO market_data (symbol, price) VALUES (CAST(x'ff' AS TEXT), 1), (x'00', 1);",
        base="cts_legacy",
    ),
    Case(
        "a stranger's symbols",
        "CREATE TABLE stocks (symbol TEXT); INSERT INTO stocks VALUES ('BRK-B'), ('BRKB');",
        status="not_applicable",
    ),
)
