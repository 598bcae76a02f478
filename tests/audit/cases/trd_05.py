"""Cases of TRD-05: a trade outside the life of its order."""

from tests.audit.case import Case
from tests.audit.foreign_rows import (
    PLAIN,
    hummingbot_fill,
    hummingbot_order,
    legacy_order,
    legacy_trade,
)
from tests.audit.rows import ago, order, row, trade

DEFECT = (
    Case(
        "before the order",
        order() + trade(executed_at=ago(3610)),
        base="cts",
        objects=("trades.executed_at",),
        confidence="likely",
    ),
    Case(
        "after its end",
        order() + trade(executed_at=ago(3190)),
        base="cts",
        objects=("trades.executed_at",),
    ),
    Case(
        "both",
        order() + trade(executed_at=ago(3610)) + trade(2, executed_at=ago(3190)),
        base="cts",
        objects=("trades.executed_at", "trades.executed_at"),
    ),
    Case(
        "the legacy shape",
        legacy_order() + legacy_trade(executed_at="2024-05-01 08:00:30"),
        base="cts_legacy",
        objects=("trades.executed_at",),
    ),
    Case(
        "hummingbot",
        hummingbot_order() + hummingbot_fill(timestamp=1_714_557_000_000),
        base="hummingbot",
        objects=("TradeFill.executed_at",),
    ),
)

NEAR_MISS = (
    Case("within the order", order() + trade(), base="cts"),
    Case("clocks apart by 4 seconds", order() + trade(executed_at=ago(3604)), base="cts"),
    Case("4 minutes late", order() + trade(executed_at=ago(3260)), base="cts"),
    Case(
        "an order that has not ended",
        order(status="open", closed_at=None) + trade(executed_at=ago(60)),
        base="cts",
    ),
    Case(
        "times that are text",
        PLAIN
        + row("orders", id=1, created_at=1_700_000_000_000, closed_at=1_700_000_001_000)
        + row("trades", id=1, order_id=1, executed_at="2023-11-14 22:13:20")
        + row("orders", id=2, created_at="2023-11-14", closed_at="2023-11-15")
        + row("trades", id=2, order_id=2, executed_at=1_700_000_000_000),
    ),
    Case(
        "the legacy shape does not say when an order ended",
        legacy_order() + legacy_trade(),
        base="cts_legacy",
        status="not_checked",
    ),
    Case("no trades apart from the orders", base="freqtrade", status="not_applicable"),
)
