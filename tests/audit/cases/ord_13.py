"""Cases of ORD-13: closing times that disagree with the status."""

from tests.audit.case import Case
from tests.audit.foreign_rows import freqtrade_order
from tests.audit.rows import ago, order

DEFECT = (
    Case("filled, not closed", order(closed_at=None), base="cts", objects=("orders.closed_at",)),
    Case(
        "rejected, not closed",
        order(status="rejected", filled=0.0, closed_at=None),
        base="cts",
        objects=("orders.closed_at",),
    ),
    Case("open, closed", order(status="open"), base="cts", objects=("orders.closed_at",)),
    Case(
        "closed before it was created",
        order(closed_at=ago(3606)),
        base="cts",
        objects=("orders.closed_at",),
    ),
    Case(
        "each kind is a finding of its own",
        order(closed_at=None) + order(2, status="pending") + order(3, closed_at=ago(9999)),
        base="cts",
        objects=("orders.closed_at",) * 3,
    ),
    Case(
        "freqtrade, closed and still open",
        freqtrade_order(ft_is_open=1),
        base="freqtrade",
        objects=("orders.closed_at",),
    ),
    Case(
        "freqtrade, open and no longer open",
        freqtrade_order(status="open"),
        base="freqtrade",
        objects=("orders.closed_at",),
    ),
    Case(
        "freqtrade, filled before it was created",
        freqtrade_order(order_filled_date="2024-05-01 09:59:50"),
        base="freqtrade",
        objects=("orders.closed_at",),
    ),
)

NEAR_MISS = (
    Case("filled and closed", order(), base="cts"),
    Case("open and not closed", order(status="open", closed_at=None), base="cts"),
    Case("clocks five seconds apart", order(closed_at=ago(3604)), base="cts"),
    Case("a status that nobody knows", order(status="parked", closed_at=None), base="cts"),
    Case("freqtrade", freqtrade_order() + freqtrade_order(2, status=None), base="freqtrade"),
    Case(
        "freqtrade, cancelled with nothing filled",
        freqtrade_order(status="canceled", filled=0.0, order_filled_date=None),
        base="freqtrade",
    ),
    Case("the legacy shape has no closing time", base="cts_legacy", status="not_checked"),
    Case("hummingbot has no closing time", base="hummingbot", status="not_checked"),
    Case("no orders at all", "CREATE TABLE t (a);", status="not_applicable"),
)
