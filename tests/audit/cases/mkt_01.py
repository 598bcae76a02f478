"""Cases of MKT-01: gaps in series of candles."""

from tests.audit.case import Case
from tests.audit.rows import MIDNIGHT, ahead, candle, candles, row

MINUTE = 60_000
DAY = 86_400_000
_TICK = "INSERT INTO market_data (connection_id, symbol, price) VALUES (1, 'BTCUSDT', 100);"
# No key, NULLs allowed, in no order: SQLite sorts it.
_UNKEYED = (
    "CREATE TABLE market_data (trading_pair_id, timeframe TEXT COLLATE NOCASE, open_time, open, "
    "high, low, close, volume);"
)


def _unkeyed(pair: object, timeframe: str, *times: int) -> str:
    return "".join(
        row(
            "market_data",
            trading_pair_id=pair,
            timeframe=timeframe,
            open_time=time,
            open=1.0,
            high=1.0,
            low=1.0,
            close=1.0,
            volume=1.0,
        )
        for time in times
    )


_MONTHS = (1_704_067_200_000, 1_706_745_600_000, 1_709_251_200_000, 1_711_929_600_000)

DEFECT = (
    Case(
        "two gaps are one finding",
        candles(10)
        + candles(1, MIDNIGHT + 12 * MINUTE, first=20)
        + candles(30, MIDNIGHT + 14 * MINUTE, first=30),
        base="cts",
        objects=("market_data BTC/USDT 1m",),
        severity="warning",
    ),
    Case(
        "each series for itself",
        candles(5)
        + candles(5, MIDNIGHT + 6 * MINUTE, first=10)
        + candles(2, first=20, step_s=600, timeframe="5m", trading_pair_id=2)
        + candles(9, first=30, timeframe="5m", step_s=300),
        base="cts",
        objects=("market_data BTC/USDT 1m", "market_data ETH/USDT 5m"),
    ),
    Case(
        "a pair that is in no table",
        candles(2, step_s=120, trading_pair_id=77),
        base="cts",
        objects=("market_data 77 1m",),
    ),
    Case(
        "two pairs of one symbol",
        "UPDATE trading_pairs SET symbol = 'BTC/USDT';" + candles(2, step_s=120),
        base="cts",
        objects=("market_data BTC/USDT binance spot 1m",),
    ),
    Case(
        "a month is missing, February is short",
        "".join(
            candle(n, time, timeframe="1M")
            for n, time in enumerate((*_MONTHS, 1_717_200_000_000), 1)
        ),
        base="cts",
        objects=("market_data BTC/USDT 1M",),
    ),
    Case(
        "a week is missing",
        candles(3, 1_699_833_600_000, step_s=604_800, timeframe="1w")
        + candle(9, 1_699_833_600_000 + 4 * 604_800_000, timeframe="1w"),
        base="cts",
        objects=("market_data BTC/USDT 1w",),
    ),
    Case(
        "an exchange that makes no candle without trades",
        "".join(candles(2, MIDNIGHT + n * 4 * MINUTE, first=10 * n + 1) for n in range(8)),
        base="cts",
        objects=("market_data BTC/USDT 1m",),
        severity="info",
        confidence="unknown",
    ),
    Case(
        "no key and no order",
        _UNKEYED
        + _unkeyed(None, "1m", MIDNIGHT + 3 * MINUTE, MIDNIGHT)
        + _unkeyed(1, "1m", MIDNIGHT, MIDNIGHT + MINUTE)
        + _unkeyed(1, "1M", *_MONTHS),
        objects=("market_data None 1m",),
    ),
    Case(
        "the rest of a file with a timeframe that nobody knows",
        candles(2, step_s=120) + candles(2, first=9, step_s=120, timeframe="7m"),
        base="cts",
        objects=("market_data BTC/USDT 1m",),
    ),
)

NEAR_MISS = (
    Case("no gap", candles(30), base="cts"),
    Case("no candle", base="cts"),
    Case(
        "the months of a year",
        "".join(candle(n, time, timeframe="1M") for n, time in enumerate(_MONTHS, 1)),
        base="cts",
    ),
    Case(
        "days that begin at 16:00",
        candles(9, MIDNIGHT + DAY * 2 // 3, step_s=86_400, timeframe="1d"),
        base="cts",
    ),
    Case("a few seconds late", candles(5) + candle(9, MIDNIGHT + 5 * MINUTE + 9_000), base="cts"),
    Case("a candle from the future", candles(5) + candle(9, ahead(600)), base="cts"),
    Case(
        "next to nothing was traded around it",
        candles(1500, MIDNIGHT)
        + candles(1440, MIDNIGHT + 1500 * MINUTE, first=2000, volume=0.0)
        + candles(1440, MIDNIGHT + 3000 * MINUTE, first=4000, volume=0.0001)
        + candles(1500, MIDNIGHT + 4440 * MINUTE, first=6000),
        base="cts",
    ),
    Case(
        "no volume at all",
        candles(5, volume=0.0) + candles(5, MIDNIGHT + 6 * MINUTE, first=9, volume=0.0),
        base="cts",
        status="not_checked",
    ),
    Case(
        "a timeframe that nobody knows",
        candles(2, step_s=120, timeframe="7m"),
        base="cts",
        status="not_checked",
    ),
    Case("times in seconds", candles(2, MIDNIGHT // 1000), base="cts", status="not_checked"),
    Case("no column of volume", _UNKEYED.replace(", volume", ""), status="not_checked"),
    Case(
        "no key and too large to be sorted",
        _UNKEYED
        + _unkeyed(1, "1m", MIDNIGHT)
        + "ANALYZE; INSERT INTO sqlite_stat1 VALUES ('market_data', NULL, '600000');",
        status="not_checked",
    ),
    Case("ticks", _TICK, base="cts_legacy", status="not_applicable"),
    Case("freqtrade keeps no candles", base="freqtrade", status="not_applicable"),
    Case("hummingbot keeps no candles", base="hummingbot", status="not_applicable"),
)
