"""Cases of ORD-11: live orders without news for a day."""

from tests.audit.case import Case
from tests.audit.foreign_rows import (
    JUST_NOW,
    freqtrade_order,
    hummingbot_order,
    legacy_order,
)
from tests.audit.rows import ago, order

_DAY = 86_400


def _resting(hours: float, **values: object) -> str:
    return order(
        1,
        **{
            "status": "open",
            "filled": 0.0,
            "remaining": 2.0,
            "created_at": ago(9 * _DAY),
            "updated_at": ago(hours * 3600),
            "closed_at": None,
        }
        | values,
    )


DEFECT = (
    Case(
        "a resting order",
        _resting(25),
        base="cts",
        objects=("orders.updated_at",),
        confidence="likely",
    ),
    Case("pending", _resting(25, status="pending"), base="cts", objects=("orders.updated_at",)),
    Case(
        "filled in part",
        _resting(25, status="partially_filled", filled=1.0, remaining=1.0),
        base="cts",
        objects=("orders.updated_at",),
    ),
    Case(
        "the legacy shape",
        legacy_order(status="open", filled=0),
        base="cts_legacy",
        objects=("orders.updated_at",),
    ),
    Case(
        "no time of change",
        legacy_order(status="open", filled=0, updated_at=None),
        base="cts_legacy",
        objects=("orders.updated_at",),
    ),
    Case(
        "freqtrade",
        freqtrade_order(status="open", ft_is_open=1, filled=0.0, order_filled_date=None),
        base="freqtrade",
        objects=("orders.updated_at",),
    ),
    Case(
        "hummingbot",
        hummingbot_order(last_status="BuyOrderCreated"),
        base="hummingbot",
        objects=("Order.updated_at",),
    ),
)

NEAR_MISS = (
    Case("23 hours", _resting(23), base="cts"),
    Case("over", _resting(25, status="cancelled", closed_at=ago(25 * 3600)), base="cts"),
    Case("a closing time is ORD-13's", _resting(25, closed_at=ago(25 * 3600)), base="cts"),
    Case(
        "no time at all",
        legacy_order(status="open", updated_at=None, created_at=None),
        base="cts_legacy",
    ),
    Case("freqtrade, over", freqtrade_order(), base="freqtrade"),
    Case(
        "freqtrade, looked at now",
        freqtrade_order(status="open", ft_is_open=1, order_update_date=JUST_NOW),
        base="freqtrade",
    ),
    Case("hummingbot, over", hummingbot_order(), base="hummingbot"),
    Case("no orders at all", "CREATE TABLE t (a);", status="not_applicable"),
)
