"""Cases of ORD-07: rejected orders with executions."""

from tests.audit.case import Case
from tests.audit.foreign_rows import (
    freqtrade_order,
    hummingbot_fill,
    hummingbot_order,
    legacy_order,
    legacy_trade,
)
from tests.audit.rows import order, trade

DEFECT = (
    Case(
        "a filled amount",
        order(status="rejected"),
        base="cts",
        objects=("orders.status",),
        confidence="certain",
        severity="error",
    ),
    Case(
        "a trade",
        order(status="rejected", filled=0.0) + trade(),
        base="cts",
        objects=("orders.status",),
    ),
    Case(
        "the legacy shape",
        legacy_order(status="Rejected", filled=0) + legacy_trade(),
        base="cts_legacy",
        objects=("orders.status",),
    ),
    Case(
        "freqtrade",
        freqtrade_order(status="rejected"),
        base="freqtrade",
        objects=("orders.status",),
    ),
    Case(
        "hummingbot, failed with a fill",
        hummingbot_order(last_status="OrderFailure") + hummingbot_fill(),
        base="hummingbot",
        objects=("Order.status",),
        confidence="likely",
        severity="warning",
    ),
)

NEAR_MISS = (
    Case("rejected and nothing filled", order(status="rejected", filled=0.0), base="cts"),
    Case(
        "cancelled and expired in part",
        order(status="cancelled", filled=1.0) + order(2, status="expired", filled=1.0) + trade(),
        base="cts",
    ),
    Case(
        "a trade without an order",
        legacy_order(status="rejected", filled=None) + legacy_trade(order_id=None),
        base="cts_legacy",
    ),
    Case("freqtrade", freqtrade_order(status="rejected", filled=None), base="freqtrade"),
    Case("hummingbot", hummingbot_order(last_status="OrderFailure"), base="hummingbot"),
    Case("no orders at all", "CREATE TABLE t (a);", status="not_applicable"),
)
