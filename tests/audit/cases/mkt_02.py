"""Cases of MKT-02: the same candle twice."""

from tests.audit.case import Case
from tests.audit.rows import MIDNIGHT, candles, row

_TABLE = (
    "CREATE TABLE market_data (id INTEGER PRIMARY KEY, trading_pair_id, timeframe, open_time, "
    "open, high, low, close, volume, received_at);"
)


def _tick(at: str | None = "2024-05-01 10:00:00", **values: object) -> str:
    return row(
        "market_data",
        **{
            "connection_id": 1,
            "symbol": "BTCUSDT",
            "price": 100.0,
            "volume": 5.0,
            "bid": 99.0,
            "ask": 101.0,
            "timestamp": at,
        }
        | values,
    )


DEFECT = (
    Case(
        "a slot twice",
        _TABLE + candles(5) + candles(1, MIDNIGHT + 60_000, first=9),
        objects=("market_data.open_time",),
    ),
    Case(
        "the same tick twice",
        _tick() + _tick(),
        base="cts_legacy",
        objects=("market_data",),
        confidence="likely",
    ),
    Case(
        "without a connection",
        2 * _tick(connection_id=None),
        base="cts_legacy",
        objects=("market_data",),
    ),
)

NEAR_MISS = (
    Case(
        "one slot of another timeframe",
        candles(5) + candles(1, first=9, timeframe="5m"),
        base="cts",
    ),
    Case("one slot of another pair", _TABLE + candles(5) + candles(5, first=9, trading_pair_id=2)),
    Case(
        "another price, connection, symbol, time or ask",
        _tick()
        + _tick(price=101.0)
        + _tick(connection_id=2)
        + _tick(symbol="ETHUSDT")
        + _tick("2024-05-01 10:00:01")
        + _tick(ask=102.0),
        base="cts_legacy",
    ),
    Case("ticks without a time", _tick(None) + _tick(None), base="cts_legacy"),
    Case(
        "the time is text",
        _TABLE + 2 * "INSERT INTO market_data (trading_pair_id, timeframe,"
        " open_time) VALUES (1, '1m', '2024-05-01');",
        status="not_checked",
    ),
    Case("freqtrade keeps no candles", base="freqtrade", status="not_applicable"),
    Case("hummingbot keeps no candles", base="hummingbot", status="not_applicable"),
)
