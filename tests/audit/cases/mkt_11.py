"""Cases of MKT-11: wide spreads."""

from tests.audit.case import Case
from tests.audit.rows import MIDNIGHT, candle

_FOUND = ("market_data.ask",)
_TICK = (
    "INSERT INTO market_data (connection_id, symbol, price, bid, ask)"
    " VALUES (1, 'BTCUSDT', 100, {bid}, {ask});"
)

DEFECT = (
    Case(
        "six percent",
        candle(1, MIDNIGHT, bid=97.0, ask=103.1),
        base="cts",
        objects=_FOUND,
        severity="info",
    ),
    Case("a tick", _TICK.format(bid=90, ask=110), base="cts_legacy", objects=_FOUND),
)

NEAR_MISS = (
    Case("five percent", candle(1, MIDNIGHT, bid=97.5, ask=102.5), base="cts"),
    Case(
        "one side is not known",
        candle(1, MIDNIGHT, ask=100.0) + candle(2, MIDNIGHT + 60_000, bid=0.0, ask=100.0),
        base="cts",
    ),
    Case("crossed", candle(1, MIDNIGHT, bid=103.0, ask=97.0), base="cts"),
    Case("ticks", _TICK.format(bid=99, ask=100), base="cts_legacy"),
    Case("freqtrade keeps no book", base="freqtrade", status="not_applicable"),
    Case("hummingbot keeps no book", base="hummingbot", status="not_applicable"),
)
