"""Cases of MKT-08: candles from the future."""

from tests.audit.case import Case
from tests.audit.rows import MIDNIGHT, Sql, ago, ahead, candle

_TICK = (
    "INSERT INTO market_data (connection_id, symbol, price, timestamp)"
    " VALUES (1, 'BTCUSDT', 100, {at});"
)

DEFECT = (
    Case(
        "tomorrow's",
        candle(1, ahead(3600), received_at=ago(0)),
        base="cts",
        objects=("market_data.open_time",),
    ),
    Case(
        "received before it opened",
        candle(1, MIDNIGHT, received_at=MIDNIGHT - 6000),
        base="cts",
        objects=("market_data.received_at",),
    ),
    Case(
        "a tick of tomorrow",
        _TICK.format(at="datetime('now', '+1 day')"),
        base="cts_legacy",
        objects=("market_data.open_time",),
    ),
)

NEAR_MISS = (
    Case("opens now", candle(1, ago(0), received_at=ago(0)), base="cts"),
    Case("within a minute", candle(1, ahead(40), received_at=ahead(40)), base="cts"),
    Case("clocks differ by seconds", candle(1, MIDNIGHT, received_at=MIDNIGHT - 4000), base="cts"),
    Case("times in microseconds", candle(1, MIDNIGHT * 1000), base="cts"),
    Case("received in seconds", candle(1, MIDNIGHT, received_at=MIDNIGHT // 1000), base="cts"),
    Case(
        "a time as text",
        "CREATE TABLE market_data (id INTEGER PRIMARY KEY, trading_pair_id, timeframe, open_time,"
        " close); INSERT INTO market_data VALUES (1, 1, '1m', '2024-05-01', 1);",
    ),
    Case(
        "received is not kept",
        "CREATE TABLE market_data (id INTEGER PRIMARY KEY, trading_pair_id, timeframe, open_time,"
        f" close); INSERT INTO market_data VALUES (1, 1, '1m', {MIDNIGHT}, 1);",
    ),
    Case("ticks", _TICK.format(at=Sql("CURRENT_TIMESTAMP")), base="cts_legacy"),
    Case("freqtrade keeps no candles", base="freqtrade", status="not_applicable"),
    Case("hummingbot keeps no candles", base="hummingbot", status="not_applicable"),
)
