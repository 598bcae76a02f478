"""Cases of MKT-09: volume, trades and prices that do not fit."""

from tests.audit.case import Case
from tests.audit.rows import MIDNIGHT, candle, candles

_AT = MIDNIGHT + 3_600_000
_COUNTED = candles(5, trade_count=3)

DEFECT = (
    Case(
        "moved without volume",
        candles(5) + candle(9, _AT, volume=0.0, open=99.0, low=99.0),
        base="cts",
        objects=("market_data.volume",),
        severity="info",
    ),
    Case(
        "volume without trades",
        _COUNTED + candle(9, _AT, trade_count=0),
        base="cts",
        objects=("market_data.trade_count",),
    ),
    Case(
        "both",
        _COUNTED
        + candle(8, _AT + 60_000, volume=0.0, open=99.0, low=99.0)
        + candle(9, _AT, trade_count=0),
        base="cts",
        objects=("market_data.trade_count", "market_data.volume"),
    ),
    Case(
        "after a series that never counted trades",
        candles(200, trading_pair_id=1)
        + candles(5, first=300, trading_pair_id=2, trade_count=3)
        + candle(399, _AT, trading_pair_id=2, trade_count=0),
        base="cts",
        objects=("market_data.trade_count",),
    ),
)

NEAR_MISS = (
    Case("trades were never counted", candles(9), base="cts"),
    Case(
        "trades were counted of late",
        candles(9) + candles(3, _AT, first=20, trade_count=3),
        base="cts",
    ),
    Case("an index has no volume", candles(9, volume=0.0, open=99.0, low=99.0), base="cts"),
    Case("no volume, no move", _COUNTED + candle(9, _AT, volume=0.0), base="cts"),
    Case(
        "what binary numbers lose",
        candles(5) + candle(9, _AT, close=0.3, open=0.1 + 0.2, volume=0.0),
        base="cts",
    ),
    Case("ticks", base="cts_legacy", status="not_applicable"),
    Case("freqtrade keeps no candles", base="freqtrade", status="not_applicable"),
    Case("hummingbot keeps no candles", base="hummingbot", status="not_applicable"),
)
