"""Cases of ORD-06: partially filled orders with nothing filled."""

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
        "nothing filled",
        order(status="partially_filled", filled=0.0, remaining=2.0),
        base="cts",
        objects=("orders.status",),
        confidence="certain",
    ),
    Case(
        "the legacy shape",
        legacy_order(status="partially_filled", filled=0),
        base="cts_legacy",
        objects=("orders.status",),
    ),
    Case(
        "neither a filled amount nor trades",
        legacy_order(status="partially_filled", filled=None),
        base="cts_legacy",
        objects=("orders.status",),
    ),
    Case(
        "hummingbot, the fill is missing",
        hummingbot_order(last_status="OrderFilled"),
        base="hummingbot",
        objects=("Order.status",),
        confidence="likely",
    ),
)

NEAR_MISS = (
    Case("something filled", order(status="partially_filled", filled=0.001), base="cts"),
    Case("open with something filled", order(status="open", filled=1.0, remaining=1.0), base="cts"),
    Case("open with nothing filled", order(status="open", filled=0.0, remaining=2.0), base="cts"),
    Case(
        "trades instead of filled",
        legacy_order(status="partially_filled", filled=None) + legacy_trade(amount=1),
        base="cts_legacy",
    ),
    Case("freqtrade", freqtrade_order(), base="freqtrade"),
    Case(
        "hummingbot, a fill cut down to nothing",
        hummingbot_order(last_status="OrderFilled") + hummingbot_fill(amount=0),
        base="hummingbot",
    ),
    Case("no orders at all", "CREATE TABLE t (a);", status="not_applicable"),
)
