"""Cases of TRD-12: a trade that is not linked to its order's position."""

from tests.audit.case import Case
from tests.audit.foreign_rows import PLAIN
from tests.audit.rows import ago, order, position, row, trade

DEFECT = (
    Case(
        "not linked",
        position() + order(position_id=1) + trade() + trade(2, position_id=1),
        base="cts",
        objects=("trades.position_id",),
        severity="info",
    ),
    Case(
        "times that are text",
        PLAIN
        + row("orders", id=1, position_id=1)
        + row("trades", id=1, order_id=1, executed_at="2023-11-14 22:13:20"),
        objects=("trades.position_id",),
    ),
)

NEAR_MISS = (
    Case("linked", position() + order(position_id=1) + trade(position_id=1), base="cts"),
    Case("neither has a position", order() + trade(), base="cts"),
    Case(
        "this minute",
        position() + order(position_id=1) + trade(executed_at=ago(5)),
        base="cts",
    ),
    Case("the legacy shape has no links", base="cts_legacy", status="not_checked"),
    Case("nor has hummingbot", base="hummingbot", status="not_checked"),
    Case("no trades apart from the orders", base="freqtrade", status="not_applicable"),
)
