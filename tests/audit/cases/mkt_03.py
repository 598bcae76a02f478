"""Cases of MKT-03: high and low that the other prices contradict."""

from tests.audit.case import Case
from tests.audit.rows import MIDNIGHT, candle, candles

_AFTER = candle(9, MIDNIGHT + 60_000)
_FOUND = ("market_data.high",)
_MANY = "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('market_data', NULL, '2000000');"

DEFECT = (
    Case("high below close", candle(1, MIDNIGHT, high=99.0) + _AFTER, base="cts", objects=_FOUND),
    Case(
        "low above open",
        candle(1, MIDNIGHT, low=100.01, high=101.0) + _AFTER,
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "high below low",
        candle(1, MIDNIGHT, open=100.0, high=99.0, low=101.0) + _AFTER,
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "a series of an unknown timeframe",
        candles(3, high=99.0, timeframe="7m"),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "an unknown open hides nothing",
        "CREATE TABLE market_data (trading_pair_id, timeframe, open_time, open, high, low, close,"
        " volume);"
        + "".join(
            f"INSERT INTO market_data VALUES (1, '1m', {MIDNIGHT + n * 60_000}, NULL, 99, 98,"
            " 100, 1);"
            for n in range(2)
        ),
        objects=_FOUND,
    ),
    Case(
        "many rows, deep",
        "ANALYZE;" + _MANY + candle(1, MIDNIGHT, high=99.0) + _AFTER,
        base="cts",
        objects=_FOUND,
    ),
)

NEAR_MISS = (
    Case("the newest candle", candles(5) + candle(9, MIDNIGHT + 300_000, high=99.0), base="cts"),
    Case(
        "what binary numbers lose",
        candle(1, MIDNIGHT, close=0.3, open=0.1 + 0.2, high=0.3) + _AFTER,
        base="cts",
    ),
    Case(
        "many rows, standard",
        "ANALYZE;" + _MANY + candle(1, MIDNIGHT, high=99.0) + _AFTER,
        base="cts",
        profile="standard",
        status="not_checked",
    ),
    Case("ticks", base="cts_legacy", status="not_applicable"),
    Case("freqtrade keeps no candles", base="freqtrade", status="not_applicable"),
    Case("hummingbot keeps no candles", base="hummingbot", status="not_applicable"),
)
