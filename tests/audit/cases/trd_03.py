"""Cases of TRD-03: trades that look recorded twice."""

from tests.audit.case import Case
from tests.audit.foreign_rows import (
    PLAIN,
    hummingbot_fill,
    hummingbot_order,
    legacy_order,
    legacy_trade,
)
from tests.audit.rows import Sql, ago, order, row, trade

_THEN = 1_700_000_000_000
_HALF = {"amount": 1.0, "executed_at": _THEN}

DEFECT = (
    Case(
        "more trades than was filled",
        order() + trade(executed_at=_THEN) + trade(2, executed_at=_THEN),
        base="cts",
        objects=("trades.executed_at",),
        confidence="likely",
    ),
    Case(
        "the order was filled by the copy as well",
        order(filled=4.0) + trade(executed_at=_THEN) + trade(2, executed_at=_THEN),
        base="cts",
        objects=("trades.executed_at",),
    ),
    Case(
        "one copy among others",
        order() + trade(1, **_HALF) + trade(2, **_HALF) + trade(3, **_HALF | {"price": 101.0}),
        base="cts",
        objects=("trades.executed_at",),
    ),
    Case(
        "the amount less the fee is what the order says",
        order(filled=1.998) + trade(executed_at=_THEN) + trade(2, executed_at=_THEN),
        base="cts",
        objects=("trades.executed_at",),
    ),
    Case(
        "the legacy shape",
        legacy_order() + legacy_trade() + legacy_trade(2),
        base="cts_legacy",
        objects=("trades.executed_at",),
    ),
    Case(
        "hummingbot, against the ordered amount",
        hummingbot_order() + hummingbot_fill() + hummingbot_fill(2),
        base="hummingbot",
        objects=("TradeFill.executed_at",),
    ),
    Case(
        "times that are text",
        PLAIN
        + row("orders", id=1, amount=2.0, filled=2.0)
        + row("trades", id=1, order_id=1, price=100.0, amount=2.0, executed_at="2024-05-01")
        + row("trades", id=2, order_id=1, price=100.0, amount=2.0, executed_at="2024-05-01"),
        objects=("trades.executed_at",),
    ),
)

NEAR_MISS = (
    Case(
        "equal trades that make the order",
        order() + trade(1, **_HALF) + trade(2, **_HALF),
        base="cts",
    ),
    Case(
        "equal trades, a part of them missing",
        order(amount=5.0, filled=5.0) + trade(1, **_HALF) + trade(2, **_HALF),
        base="cts",
    ),
    Case(
        "equal trades, what was received is less the fee",
        order(filled=1.998) + trade(1, **_HALF) + trade(2, **_HALF),
        base="cts",
    ),
    Case(
        "another price, amount or time",
        order(filled=1.0)
        + trade(executed_at=_THEN)
        + trade(2, executed_at=_THEN, price=101.0)
        + trade(3, executed_at=_THEN, amount=1.0)
        + trade(4, executed_at=_THEN + 1),
        base="cts",
    ),
    Case(
        "this minute",
        order(filled=1.0)
        + "CREATE TABLE moment (at);"
        + f"INSERT INTO moment VALUES ({ago(5)});"
        + trade(amount=1.0, executed_at=Sql("(SELECT at FROM moment)"))
        + trade(2, amount=1.0, executed_at=Sql("(SELECT at FROM moment)")),
        base="cts",
    ),
    Case(
        "an order that says nothing",
        PLAIN
        + row("orders", id=1)
        + row("trades", id=1, order_id=1, price=100.0, amount=2.0)
        + row("trades", id=2, order_id=1, price=100.0, amount=2.0),
    ),
    Case(
        "trades without an order",
        legacy_trade(order_id=None) + legacy_trade(2, order_id=None),
        base="cts_legacy",
    ),
    Case("no trades apart from the orders", base="freqtrade", status="not_applicable"),
)
