"""Cases of POS-10: a price at or past liquidation."""

from tests.audit.case import Case
from tests.audit.rows import ago, position

_FOUND = ("positions.liquidation_price",)


def _swap(number: int = 1, **values: object) -> str:
    return position(
        number,
        **{"trading_pair_id": 2, "current_price": 80.0, "liquidation_price": 85.0} | values,
    )


_ISOLATED = "UPDATE exchange_connections SET margin_type = 'isolated';"

DEFECT = (
    Case("a long", _swap(), base="cts", objects=_FOUND, confidence="certain"),
    Case("at it", _swap(current_price=85.0), base="cts", objects=_FOUND),
    Case("a short", _swap(side="short", current_price=120.0), base="cts", objects=_FOUND),
    Case(
        "an old price", _swap(updated_at=ago(400)), base="cts", objects=_FOUND, confidence="likely"
    ),
    Case(
        "both sides on cross margin",
        _swap() + position(2, trading_pair_id=2, side="short"),
        base="cts",
        objects=_FOUND,
        confidence="likely",
    ),
    Case(
        "both sides, each with its own margin",
        _ISOLATED + _swap() + position(2, trading_pair_id=2, side="short"),
        base="cts",
        objects=_FOUND,
        confidence="certain",
    ),
    Case(
        "one of each",
        _swap() + _swap(2, trading_pair_id=1, updated_at=ago(400), connection_id=2),
        base="cts",
        objects=_FOUND * 2,
    ),
)

NEAR_MISS = (
    Case("above it", _swap(current_price=86.0), base="cts"),
    Case("a short below it", _swap(side="short"), base="cts"),
    Case("no liquidation price", _swap(liquidation_price=None), base="cts"),
    Case("no price", _swap(current_price=None), base="cts"),
    Case("closed", _swap(status="closed", closed_at=ago(9)), base="cts"),
    Case("freqtrade keeps no price", base="freqtrade", status="not_checked"),
    Case("legacy", base="cts_legacy", status="not_checked"),
)
