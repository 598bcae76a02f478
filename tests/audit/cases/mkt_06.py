"""Cases of MKT-06: feeds that have stopped."""

from tests.audit.case import Case
from tests.audit.rows import MIDNIGHT, ago, ahead, candle, row


def _engine(status: str) -> str:
    return row("trade_engine_state", id=1, connection_id=1, status=status)


_OLD = candle(1, ago(600))
_FOUND = ("market_data binance",)
_UNKEYED = "CREATE TABLE market_data (trading_pair_id, timeframe, open_time, close);"
_UNKEYED_ROW = f"INSERT INTO market_data VALUES (1, '1m', {MIDNIGHT}, 1);"
_MANY = "ANALYZE; INSERT INTO sqlite_stat1 VALUES ('market_data', NULL, '2000000');"
_OTHER_EXCHANGE = "UPDATE trading_pairs SET exchange_id = 2 WHERE id = 2;"

DEFECT = (
    Case(
        "an engine runs", _OLD + _engine("running"), base="cts", objects=_FOUND, severity="warning"
    ),
    Case("no engine runs", _OLD + _engine("stopped"), base="cts", objects=_FOUND, severity="info"),
    Case(
        "an engine runs on another exchange",
        _OLD + "UPDATE exchange_connections SET exchange_id = 2;" + _engine("running"),
        base="cts",
        objects=_FOUND,
        severity="info",
    ),
    Case(
        "one of two series",
        _OLD + candle(2, ago(30), trading_pair_id=2),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "two exchanges",
        _OTHER_EXCHANGE + _OLD + candle(2, ago(600), trading_pair_id=2),
        base="cts",
        objects=("market_data binance", "market_data bingx"),
    ),
    Case(
        "another timeframe of the same pair",
        _OLD + candle(2, ago(30), timeframe="1h"),
        base="cts",
        objects=_FOUND,
    ),
    Case("the newest is of the future", _OLD + candle(2, ahead(600)), base="cts", objects=_FOUND),
    Case("no key, no pairs", _UNKEYED + _UNKEYED_ROW, objects=("market_data",)),
)

NEAR_MISS = (
    Case("fresh", candle(1, ago(170)), base="cts"),
    Case("a day is long", candle(1, ago(86_400 * 2.9), timeframe="1d"), base="cts"),
    Case(
        "a pair that is not traded any more",
        _OLD + "UPDATE trading_pairs SET is_active = 0;",
        base="cts",
    ),
    Case("nothing but the future", candle(2, ahead(600)), base="cts", status="not_checked"),
    Case("no candle", base="cts"),
    Case(
        "an unknown timeframe",
        candle(1, MIDNIGHT, timeframe="7m"),
        base="cts",
        status="not_checked",
    ),
    Case("times in seconds", candle(1, MIDNIGHT // 1000), base="cts", status="not_checked"),
    Case(
        "large and without an index",
        _UNKEYED + _UNKEYED_ROW + _MANY,
        status="not_checked",
    ),
    Case("ticks", base="cts_legacy", status="not_applicable"),
    Case("freqtrade keeps no candles", base="freqtrade", status="not_applicable"),
    Case("hummingbot keeps no candles", base="hummingbot", status="not_applicable"),
)
