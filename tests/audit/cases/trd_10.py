"""Cases of TRD-10: a trade's price outside the candle."""

from tests.audit.case import Case
from tests.audit.foreign_rows import PLAIN, legacy_trade
from tests.audit.rows import ago, candle, connection, order, row, trade

_HOUR = 1_699_999_200_000
"""A whole hour of the past."""
_AT = _HOUR + 7 * 60_000 + 500
"""A moment in minute 7 of that hour."""
_MINUTE = _HOUR + 7 * 60_000


def _hour(number: int = 9, **values: object) -> str:
    return candle(
        number, _HOUR, 100.0, **{"timeframe": "1h", "received_at": _HOUR + 3_600_000} | values
    )


DEFECT = (
    Case(
        "above",
        order() + trade(price=100.3, executed_at=_AT) + candle(1, _MINUTE),
        base="cts",
        objects=("trades.price",),
        confidence="likely",
    ),
    Case(
        "below",
        order() + trade(price=99.7, executed_at=_AT) + candle(1, _MINUTE),
        base="cts",
        objects=("trades.price",),
    ),
    Case(
        "the hour would allow it, the minute does not",
        order()
        + trade(price=105.0, executed_at=_AT)
        + candle(1, _MINUTE)
        + _hour(high=110.0, low=90.0),
        base="cts",
        objects=("trades.price",),
    ),
    Case(
        "only the hour is there",
        order()
        + trade(price=111.0, executed_at=_AT)
        + candle(1, _MINUTE + 60_000)
        + _hour(high=110.0, low=90.0),
        base="cts",
        objects=("trades.price",),
    ),
    Case(
        "a file without keys",
        PLAIN
        + "CREATE TABLE market_data (id, trading_pair_id, timeframe, open_time, open, high, low,"
        " close);"
        + row("trades", id=1, trading_pair_id=1, price=105.0, executed_at=_AT)
        + "INSERT INTO market_data VALUES"
        f" (1, 1, '1m', {_MINUTE}, 100, 101, 99, 100), (2, 1, '1m', {_MINUTE}, 100, 101, 99, 100);",
        objects=("trades.price",),
    ),
)

NEAR_MISS = (
    Case(
        "inside",
        order() + trade(price=100.0, executed_at=_AT) + candle(1, _MINUTE, high=101.0, low=99.0),
        base="cts",
    ),
    Case(
        "within 0.2 %",
        order()
        + trade(price=101.2, executed_at=_AT)
        + trade(2, price=98.81, executed_at=_AT)
        + candle(1, _MINUTE, high=101.0, low=99.0),
        base="cts",
    ),
    Case(
        "the minute is missing, the hour allows it",
        order()
        + trade(price=105.0, executed_at=_AT)
        + candle(1, _MINUTE + 60_000)
        + _hour(high=110.0, low=90.0),
        base="cts",
    ),
    Case(
        "no candle of that moment",
        order() + trade(price=105.0, executed_at=_AT) + candle(1, _MINUTE + 60_000),
        base="cts",
        status="not_checked",
    ),
    Case(
        "a candle of another pair",
        order()
        + trade(price=105.0, executed_at=_AT)
        + candle(1, _MINUTE, trading_pair_id=2)
        + trade(2, executed_at=_AT + 60_000)
        + candle(2, _MINUTE + 60_000),
        base="cts",
    ),
    Case(
        "candles of four hours are too long",
        order() + trade(price=105.0, executed_at=_AT) + candle(1, _HOUR, timeframe="4h"),
        base="cts",
        status="not_checked",
    ),
    Case(
        "the candle was received before the trade",
        order()
        + trade(price=105.0, executed_at=_AT)
        + candle(1, _MINUTE, received_at=_MINUTE + 100)
        + trade(2, executed_at=_AT + 60_000)
        + candle(2, _MINUTE + 60_000),
        base="cts",
    ),
    Case(
        "a testnet has other prices",
        connection(2, is_testnet=1)
        + order()
        + trade(price=105.0, executed_at=_AT, connection_id=2)
        + trade(2, executed_at=_AT)
        + candle(1, _MINUTE),
        base="cts",
    ),
    Case(
        "this minute",
        order()
        + trade(price=105.0, executed_at=ago(3))
        + trade(2, executed_at=_AT)
        + candle(1, _MINUTE)
        + "INSERT INTO market_data (trading_pair_id, timeframe, open_time, open, high, low, close,"
        " volume, received_at) SELECT 1, '1m', executed_at - executed_at % 60000, 100, 100, 100,"
        " 100, 1, executed_at + 60000 FROM trades WHERE id = 1;",
        base="cts",
    ),
    Case("no trades", candle(1, _MINUTE), base="cts"),
    Case("the legacy shape has ticks", legacy_trade(), base="cts_legacy", status="not_checked"),
    Case("no candles", base="hummingbot", status="not_applicable"),
    Case("no trades apart from the orders", base="freqtrade", status="not_applicable"),
)
