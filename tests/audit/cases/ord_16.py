"""Cases of ORD-16: immediate orders that rest, all-or-nothing orders filled in part."""

from tests.audit.case import Case
from tests.audit.foreign_rows import freqtrade_order
from tests.audit.rows import ago, order

DEFECT = (
    Case(
        "IOC, open",
        order(time_in_force="IOC", status="open", filled=0.0),
        base="cts",
        objects=("orders.status",),
    ),
    Case(
        "IOC, filled in part and live",
        order(time_in_force="IOC", status="partially_filled", filled=1.0),
        base="cts",
        objects=("orders.status",),
    ),
    Case(
        "FOK, pending",
        order(time_in_force="FOK", status="pending", filled=0.0),
        base="cts",
        objects=("orders.status",),
    ),
    Case(
        "FOK, cancelled in part",
        order(time_in_force="FOK", status="cancelled", filled=1.0),
        base="cts",
        objects=("orders.filled",),
    ),
    Case(
        "FOK, live in part",
        order(time_in_force="FOK", status="open", filled=1.0),
        base="cts",
        objects=("orders.filled", "orders.status"),
    ),
)

NEAR_MISS = (
    Case("a resting GTC order", order(status="open", filled=0.0), base="cts"),
    Case("a resting GTX order", order(time_in_force="GTX", status="open"), base="cts"),
    Case("IOC, filled", order(time_in_force="IOC"), base="cts"),
    Case(
        "IOC, expired in part", order(time_in_force="IOC", status="expired", filled=1.0), base="cts"
    ),
    Case("FOK, filled", order(time_in_force="FOK"), base="cts"),
    Case("FOK, within half a step", order(time_in_force="FOK", filled=1.9996), base="cts"),
    Case("FOK, expired", order(time_in_force="FOK", status="expired", filled=0.0), base="cts"),
    Case(
        "created this minute",
        order(time_in_force="FOK", status="open", filled=1.0, created_at=ago(5)),
        base="cts",
    ),
    Case("the legacy shape has no time in force", base="cts_legacy", status="not_checked"),
    Case("nor has freqtrade", freqtrade_order(), base="freqtrade", status="not_checked"),
    Case("nor has hummingbot", base="hummingbot", status="not_checked"),
    Case("no orders at all", "CREATE TABLE t (a);", status="not_applicable"),
)
