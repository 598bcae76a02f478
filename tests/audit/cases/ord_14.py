"""Cases of ORD-14: orders below the exchange's minimum."""

from tests.audit.case import Case
from tests.audit.foreign_rows import freqtrade_order, hummingbot_order, legacy_order
from tests.audit.rows import ago, order

DEFECT = (
    Case(
        "below the least amount",
        order(amount=0.0005, price=100_000.0),
        base="cts",
        objects=("orders.amount",),
        severity="info",
    ),
    Case("below the least cost", order(amount=0.04), base="cts", objects=("orders.amount",)),
    Case(
        "below the least cost for its contract size",
        "UPDATE trading_pairs SET contract_size = 0.01, updated_at = updated_at + 1;" + order(),
        base="cts",
        objects=("orders.amount",),
    ),
    Case("below both", order(amount=0.0005), base="cts", objects=("orders.amount",) * 2),
    Case(
        "a market order below the least amount",
        order(order_type="market", price=None, amount=0.0005),
        base="cts",
        objects=("orders.amount",),
    ),
)

NEAR_MISS = (
    Case("exactly the least amount", order(amount=0.001, price=100_000.0), base="cts"),
    Case("exactly the least cost", order(amount=0.05), base="cts"),
    Case("a market order has no cost", order(amount=0.04, price=None), base="cts"),
    Case("an order that reduces", order(amount=0.04, reduce_only=1), base="cts"),
    Case(
        "enough for its contract size",
        "UPDATE trading_pairs SET contract_size = 10, updated_at = updated_at + 1;"
        + order(amount=0.04),
        base="cts",
    ),
    Case(
        "older than the pair's limits",
        f"UPDATE trading_pairs SET updated_at = {ago(60)};" + order(amount=0.0005),
        base="cts",
        status="not_checked",
    ),
    Case(
        "one of a pair that is not known",
        order() + order(2, trading_pair_id=99, amount=0.0005),
        base="cts",
    ),
    Case(
        "no order of a pair that is known",
        order(trading_pair_id=99),
        base="cts",
        status="not_checked",
    ),
    Case("no orders", base="cts"),
    Case("the legacy shape", legacy_order(), base="cts_legacy", status="not_applicable"),
    Case("freqtrade", freqtrade_order(), base="freqtrade", status="not_applicable"),
    Case("hummingbot", hummingbot_order(), base="hummingbot", status="not_applicable"),
)
