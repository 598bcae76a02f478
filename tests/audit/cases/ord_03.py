"""Cases of ORD-03: orders filled beyond their amount."""

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
        "filled twice",
        order(filled=4.0),
        base="cts",
        objects=("orders.filled",),
        confidence="certain",
        severity="critical",
    ),
    Case(
        "whatever the status",
        order(status="cancelled", filled=2.001),
        base="cts",
        objects=("orders.filled",),
    ),
    Case(
        "a pair that is not known",
        order(trading_pair_id=99, filled=2.00001),
        base="cts",
        objects=("orders.filled",),
    ),
    Case("the legacy shape", legacy_order(filled=3), base="cts_legacy", objects=("orders.filled",)),
    Case(
        "trades instead of filled",
        legacy_order(filled=None) + legacy_trade() + legacy_trade(2, amount=1),
        base="cts_legacy",
        objects=("orders.filled",),
    ),
    Case("freqtrade", freqtrade_order(filled=3), base="freqtrade", objects=("orders.filled",)),
    Case(
        "hummingbot, by its fills",
        hummingbot_order() + hummingbot_fill() + hummingbot_fill(2, amount=1_000_000),
        base="hummingbot",
        objects=("Order.filled",),
        confidence="likely",
    ),
)

NEAR_MISS = (
    Case("full", order(), base="cts"),
    Case("within half a step", order(filled=2.0004), base="cts"),
    Case("a trade too many is ORD-01's", order() + trade() + trade(2), base="cts"),
    Case(
        "amounts that are no number",
        legacy_order(amount="n/a") + legacy_order(2, amount=b"2") + legacy_order(3, filled="n/a"),
        base="cts_legacy",
    ),
    Case("the legacy shape", legacy_order() + legacy_trade(), base="cts_legacy"),
    Case("freqtrade", freqtrade_order() + freqtrade_order(2, filled=None), base="freqtrade"),
    Case("hummingbot", hummingbot_order() + hummingbot_fill(), base="hummingbot"),
    Case(
        "hummingbot cuts digits off",
        hummingbot_order(amount=3) + hummingbot_fill(amount=2) + hummingbot_fill(2, amount=2),
        base="hummingbot",
    ),
    Case(
        "neither filled nor trades",
        hummingbot_order() + 'DROP TABLE "TradeFill";',
        base="hummingbot",
        status="not_checked",
    ),
    Case("no orders at all", "CREATE TABLE t (a);", status="not_applicable"),
)
