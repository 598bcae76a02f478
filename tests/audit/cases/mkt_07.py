"""Cases of MKT-07: candles off the grid."""

from tests.audit.case import Case
from tests.audit.rows import MIDNIGHT, candle, candles

_HOUR = 3_600_000
_DAY = 24 * _HOUR
_FOUND = ("market_data.open_time",)
_MONDAY = MIDNIGHT - _DAY
_MONTHS = (1_704_067_200_000, 1_706_745_600_000, 1_709_251_200_000, 1_711_929_600_000)


def _months(*times: int) -> str:
    return "".join(candle(n, time, timeframe="1M") for n, time in enumerate(times, 1))


DEFECT = (
    Case(
        "half a minute late",
        candles(9) + candle(99, MIDNIGHT + 570_000),
        base="cts",
        objects=_FOUND,
        severity="warning",
    ),
    Case(
        "one of two", candle(1, MIDNIGHT) + candle(2, MIDNIGHT + 90_000), base="cts", objects=_FOUND
    ),
    Case("one alone", candle(2, MIDNIGHT + 30_000), base="cts", objects=_FOUND),
    Case(
        "one day at midnight among days of 16:00",
        candles(9, MIDNIGHT + 16 * _HOUR, step_s=86_400, timeframe="1d")
        + candle(99, MIDNIGHT + 20 * _DAY, timeframe="1d"),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "a week that begins on a Tuesday",
        candles(3, _MONDAY, step_s=604_800, timeframe="1w")
        + candle(9, _MONDAY + 22 * _DAY, timeframe="1w"),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "a month that begins on the second",
        _months(*_MONTHS[:3], _MONTHS[3] + _DAY),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "a whole series of minutes",
        candles(9, MIDNIGHT + 30_000),
        base="cts",
        objects=("market_data",),
        severity="info",
    ),
    Case(
        "a whole series of hours, no time zone",
        candles(9, MIDNIGHT + 60_000, step_s=3600, timeframe="1h"),
        base="cts",
        objects=("market_data",),
        severity="info",
    ),
)

NEAR_MISS = (
    Case("on the grid", candles(9) + candles(9, first=20, timeframe="5m", step_s=300), base="cts"),
    Case(
        "days that begin at 16:00",
        candles(9, MIDNIGHT + 16 * _HOUR, step_s=86_400, timeframe="1d"),
        base="cts",
    ),
    Case(
        "hours of a half-hour time zone",
        candles(9, MIDNIGHT + _HOUR // 2, step_s=3600, timeframe="1h"),
        base="cts",
    ),
    Case(
        "three days from any day",
        candles(9, MIDNIGHT, step_s=3 * 86_400, timeframe="3d"),
        base="cts",
    ),
    Case(
        "weeks that begin on Mondays",
        candles(9, _MONDAY, step_s=604_800, timeframe="1w"),
        base="cts",
    ),
    Case("months", _months(*_MONTHS), base="cts"),
    Case("months of UTC+8", _months(*(time - 8 * _HOUR for time in _MONTHS)), base="cts"),
    Case(
        "an unknown timeframe",
        candles(2, MIDNIGHT + 1, timeframe="7m"),
        base="cts",
        status="not_checked",
    ),
    Case("ticks", base="cts_legacy", status="not_applicable"),
    Case("freqtrade keeps no candles", base="freqtrade", status="not_applicable"),
    Case("hummingbot keeps no candles", base="hummingbot", status="not_applicable"),
)
