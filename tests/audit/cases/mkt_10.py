"""Cases of MKT-10: frozen feeds."""

from tests.audit.case import Case
from tests.audit.rows import MIDNIGHT, candles

_FOUND = ("market_data.volume",)
_FROZEN = candles(10, MIDNIGHT + 3_600_000, first=50, volume=1.5)

DEFECT = (
    Case(
        "ten equal ones in the middle",
        candles(20) + _FROZEN + candles(9, MIDNIGHT + 7_200_000, first=99),
        base="cts",
        objects=_FOUND,
        confidence="likely",
    ),
    Case("ten equal ones at the end", candles(20) + _FROZEN, base="cts", objects=_FOUND),
    Case("nothing else", _FROZEN, base="cts", objects=_FOUND),
    Case(
        "longer than a chunk",
        "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 44999)"
        "INSERT INTO market_data (trading_pair_id, timeframe, open_time, open, high, low, close,"
        f" volume) SELECT 1, '1m', {MIDNIGHT} + i * 60000, 100, 100, 100, 100, 2 FROM n;",
        base="cts",
        objects=_FOUND,
    ),
)

NEAR_MISS = (
    Case("nine", candles(20) + candles(9, MIDNIGHT + 3_600_000, first=50, volume=1.5), base="cts"),
    Case("nobody trades", candles(30, volume=0.0), base="cts"),
    Case("equal prices, other volumes", candles(30), base="cts"),
    Case(
        "five and five of two pairs",
        candles(5, volume=1.5) + candles(5, first=20, trading_pair_id=2, volume=1.5),
        base="cts",
    ),
    Case("ticks", base="cts_legacy", status="not_applicable"),
    Case("freqtrade keeps no candles", base="freqtrade", status="not_applicable"),
    Case("hummingbot keeps no candles", base="hummingbot", status="not_applicable"),
)
