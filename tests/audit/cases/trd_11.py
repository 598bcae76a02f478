"""Cases of TRD-11: trades of the future, or recorded too early."""

from tests.audit.case import Case
from tests.audit.foreign_rows import PLAIN, hummingbot_fill, legacy_trade
from tests.audit.rows import ago, ahead, order, row, trade

DEFECT = (
    Case(
        "in the future",
        order() + trade(executed_at=ahead(3600)),
        base="cts",
        objects=("trades.executed_at",),
    ),
    Case(
        "recorded before it happened",
        order() + trade(executed_at=ago(3550), recorded_at=ago(7150)),
        base="cts",
        objects=("trades.recorded_at",),
    ),
    Case(
        "one of each",
        order()
        + trade(executed_at=ahead(3600))
        + trade(2, executed_at=ago(3550), recorded_at=ago(7150)),
        base="cts",
        objects=("trades.executed_at", "trades.recorded_at"),
    ),
    Case(
        "the legacy shape",
        legacy_trade(executed_at="2091-01-01 00:00:00"),
        base="cts_legacy",
        objects=("trades.executed_at",),
    ),
)

NEAR_MISS = (
    Case("recorded a second after", order() + trade(), base="cts"),
    Case(
        "clocks apart by 4 minutes",
        order()
        + trade(executed_at=ahead(240), recorded_at=ahead(240))
        + trade(2, executed_at=ago(3550), recorded_at=ago(3790)),
        base="cts",
    ),
    Case("imported a day later", order() + trade(executed_at=ago(86_400)), base="cts"),
    Case(
        "text and microseconds",
        PLAIN
        + row("trades", id=1, executed_at="2023-11-14 22:13:20", recorded_at=1_700_000_000_000)
        + row("trades", id=2, executed_at=1_700_000_000_000_000, recorded_at=1_700_000_000_000),
    ),
    Case(
        "the legacy shape does not say when it was recorded",
        legacy_trade(),
        base="cts_legacy",
        status="not_checked",
    ),
    Case("nor does hummingbot", hummingbot_fill(), base="hummingbot", status="not_checked"),
    Case("no trades apart from the orders", base="freqtrade", status="not_applicable"),
)
