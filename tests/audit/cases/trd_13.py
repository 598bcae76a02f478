"""Cases of TRD-13: funding stored as a trade."""

from tests.audit.case import Case
from tests.audit.rows import order, position, trade

_FUNDING = 1_699_977_600_000
"""16:00:00 UTC on a day of the past."""
_OPENED = _FUNDING - 3_600_000


def _position(**values: object) -> str:
    return position(1, **{"trading_pair_id": 2, "opened_at": _OPENED} | values)


def _funding(number: int = 2, **values: object) -> str:
    return trade(
        number,
        **{
            "trading_pair_id": 2,
            "position_id": 1,
            "fee": 0.0,
            "fee_currency": None,
            "executed_at": _FUNDING + 1_000,
        }
        | values,
    )


_OPENING = order(trading_pair_id=2) + _funding(1, fee=0.2, executed_at=_OPENED)

DEFECT = (
    Case(
        "the whole position, no fee, at 16:00",
        _position() + _OPENING + _funding(),
        base="cts",
        objects=("trades.amount",),
        confidence="likely",
    ),
    Case(
        "floating point",
        _position(quantity=2.0000000001) + _OPENING + _funding(),
        base="cts",
        objects=("trades.amount",),
    ),
)

NEAR_MISS = (
    Case("with a fee", _position() + _OPENING + _funding(fee=0.2), base="cts"),
    Case("another size", _position() + _OPENING + _funding(amount=1.0), base="cts"),
    Case("at 16:01", _position() + _OPENING + _funding(executed_at=_FUNDING + 60_000), base="cts"),
    Case(
        "a spot pair",
        _position(trading_pair_id=1) + _OPENING + _funding(trading_pair_id=1),
        base="cts",
    ),
    Case(
        "it opens the position",
        _position(opened_at=_FUNDING + 900) + order() + _funding(),
        base="cts",
    ),
    Case(
        "it closes the position",
        _position(status="closed", closed_at=_FUNDING + 1_500) + _OPENING + _funding(),
        base="cts",
    ),
    Case("no position", _position() + _OPENING + _funding(position_id=None), base="cts"),
    Case("the legacy shape has no pairs", base="cts_legacy", status="not_applicable"),
    Case("no trades apart from the orders", base="freqtrade", status="not_applicable"),
    Case("no positions", base="hummingbot", status="not_applicable"),
)
