"""Cases of MKT-04: bids above asks."""

from tests.audit.case import Case
from tests.audit.rows import MIDNIGHT, candle, candles

_FOUND = ("market_data.bid",)
_TICK = (
    "INSERT INTO market_data (connection_id, symbol, price, bid, ask)"
    " VALUES (1, 'BTCUSDT', 100, {bid}, {ask});"
)

DEFECT = (
    Case(
        "by more than 0.05 %",
        candle(1, MIDNIGHT, bid=100.1, ask=100.0),
        base="cts",
        objects=_FOUND,
        severity="error",
    ),
    Case("three times by a little", candles(3, bid=100.01, ask=100.0), base="cts", objects=_FOUND),
    Case("a tick", _TICK.format(bid=101, ask=100), base="cts_legacy", objects=_FOUND),
)

NEAR_MISS = (
    Case("twice by a little", candles(2, bid=100.01, ask=100.0), base="cts"),
    Case(
        "by a little in three series",
        candles(1, bid=100.01, ask=100.0)
        + candles(1, first=2, timeframe="5m", bid=100.01, ask=100.0)
        + candles(1, first=3, trading_pair_id=2, bid=100.01, ask=100.0),
        base="cts",
    ),
    Case("equal", candles(5, bid=100.0, ask=100.0), base="cts"),
    Case(
        "one side is not known",
        candles(5, bid=100.0) + candles(5, first=9, trading_pair_id=2, bid=100.0, ask=0.0),
        base="cts",
    ),
    Case("ticks in order", 3 * _TICK.format(bid=100, ask=101), base="cts_legacy"),
    Case(
        "no bid",
        "CREATE TABLE market_data (trading_pair_id, timeframe, open_time, close);",
        status="not_checked",
    ),
    Case("freqtrade keeps no book", base="freqtrade", status="not_applicable"),
    Case("hummingbot keeps no book", base="hummingbot", status="not_applicable"),
)
