"""Cases of POS-12: another size at the exchange."""

from tests.audit.case import Case
from tests.audit.rows import ago, exchange_position, order, position

_FOUND = ("positions.quantity",)
# Connection 1 of the seed is a spot account in hedge mode.
_FUTURES = "UPDATE exchange_connections SET api_type = 'perpetual_futures';"
_ONE_WAY = _FUTURES + "UPDATE exchange_connections SET position_mode = 'oneway';"


def _ours(number: int = 1, **values: object) -> str:
    return position(number, **{"trading_pair_id": 2, "updated_at": ago(5)} | values)


DEFECT = (
    Case(
        "more here",
        _FUTURES + _ours(quantity=3.0) + exchange_position(),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "two lots here",
        _FUTURES + _ours() + _ours(2) + exchange_position(),
        base="cts",
        objects=_FOUND,
        severity="critical",
    ),
    Case(
        "one of two sides",
        _FUTURES
        + _ours()
        + _ours(2, side="short")
        + exchange_position()
        + exchange_position(2, side="short", quantity=1.0),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "the other side, one way",
        _ONE_WAY + _ours() + exchange_position(side="short"),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "flat here, one way",
        _ONE_WAY + _ours() + _ours(2, side="short") + exchange_position(),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "never asked again, but heard just now",
        _FUTURES + _ours(quantity=3.0) + exchange_position(synced_at=None, sync_status="pending"),
        base="cts",
        objects=_FOUND,
    ),
)

NEAR_MISS = (
    Case("the same", _FUTURES + _ours() + exchange_position(), base="cts"),
    Case("within half a step", _FUTURES + _ours(quantity=2.004) + exchange_position(), base="cts"),
    Case(
        "two lots make one",
        _FUTURES + _ours(quantity=1.5) + _ours(2, quantity=0.5) + exchange_position(),
        base="cts",
    ),
    Case(
        "long and short net out, one way",
        _ONE_WAY + _ours(quantity=3.0) + _ours(2, side="short", quantity=1.0) + exchange_position(),
        base="cts",
    ),
    Case(
        "not synced lately",
        _FUTURES + _ours(quantity=3.0) + exchange_position(synced_at=ago(90)),
        base="cts",
        status="not_checked",
    ),
    Case(
        "not changed here lately",
        _FUTURES + _ours(quantity=3.0, updated_at=ago(90)) + exchange_position(),
        base="cts",
        status="not_checked",
    ),
    Case(
        "the sync failed",
        _FUTURES + _ours(quantity=3.0) + exchange_position(sync_status="error"),
        base="cts",
        status="not_checked",
    ),
    Case(
        "an order just changed",
        _FUTURES
        + _ours(quantity=3.0)
        + exchange_position()
        + order(trading_pair_id=2, updated_at=ago(8)),
        base="cts",
        status="not_checked",
    ),
    Case(
        "old, but the same",
        _FUTURES + _ours(updated_at=ago(9000)) + exchange_position(synced_at=ago(9000)),
        base="cts",
    ),
    Case(
        "a spot account",
        _ours(quantity=3.0) + exchange_position(),
        base="cts",
        status="not_applicable",
    ),
    Case(
        "a spot pair",
        _FUTURES + _ours(quantity=3.0, trading_pair_id=1) + exchange_position(trading_pair_id=1),
        base="cts",
        status="not_applicable",
    ),
    Case("only here", _FUTURES + _ours(), base="cts", status="not_applicable"),
    Case("freqtrade", base="freqtrade", status="not_applicable"),
    Case("legacy", base="cts_legacy", status="not_applicable"),
)
