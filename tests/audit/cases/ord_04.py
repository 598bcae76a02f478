"""Cases of ORD-04: orders marked as filled that are not full."""

from tests.audit.case import Case
from tests.audit.foreign_rows import (
    freqtrade_order,
    hummingbot_fill,
    hummingbot_order,
    legacy_order,
    legacy_trade,
)
from tests.audit.rows import order

DEFECT = (
    Case(
        "half full",
        order(filled=1.0, remaining=1.0),
        base="cts",
        objects=("orders.status",),
        confidence="certain",
    ),
    Case("one step missing", order(filled=1.999), base="cts", objects=("orders.status",)),
    Case("nothing filled", order(filled=0.0), base="cts", objects=("orders.status",)),
    Case("the legacy shape", legacy_order(filled=1), base="cts_legacy", objects=("orders.status",)),
    Case(
        "neither a filled amount nor trades",
        legacy_order(filled=None),
        base="cts_legacy",
        objects=("orders.status",),
    ),
    Case(
        "hummingbot, a fill missing",
        hummingbot_order() + hummingbot_fill(amount=1_000_000),
        base="hummingbot",
        objects=("Order.status",),
        confidence="likely",
    ),
    Case(
        "hummingbot, every fill missing",
        hummingbot_order(last_status="SellOrderCompleted"),
        base="hummingbot",
        objects=("Order.status",),
    ),
)

NEAR_MISS = (
    Case("full", order(), base="cts"),
    Case("within half a step", order(filled=1.9996), base="cts"),
    Case("cancelled in part", order(status="cancelled", filled=1.0, remaining=1.0), base="cts"),
    Case("open", order(status="open", filled=1.0, remaining=1.0), base="cts"),
    Case(
        "closed in part, the legacy shape",
        legacy_order(status="Closed", filled=1),
        base="cts_legacy",
    ),
    Case("trades instead of filled", legacy_order(filled=None) + legacy_trade(), base="cts_legacy"),
    Case(
        "closed is filled or cancelled in part",
        freqtrade_order() + freqtrade_order(2, filled=1.0, remaining=1.0),
        base="freqtrade",
    ),
    Case(
        "hummingbot cuts digits off",
        hummingbot_order(amount=1_000_001)
        + hummingbot_fill(amount=333_333)
        + hummingbot_fill(2, amount=333_333)
        + hummingbot_fill(3, amount=333_333),
        base="hummingbot",
    ),
    Case(
        "hummingbot, cancelled", hummingbot_order(last_status="OrderCancelled"), base="hummingbot"
    ),
    Case(
        "neither filled nor trades",
        hummingbot_order() + 'DROP TABLE "TradeFill";',
        base="hummingbot",
        status="not_checked",
    ),
    Case("no orders at all", "CREATE TABLE t (a);", status="not_applicable"),
)
