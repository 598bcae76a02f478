"""Cases of ORD-15: amounts and prices off the pair's grid."""

from tests.audit.case import Case
from tests.audit.foreign_rows import freqtrade_order, hummingbot_order, legacy_order
from tests.audit.rows import ago, order

DEFECT = (
    Case(
        "the amount",
        order(amount=2.0005),
        base="cts",
        objects=("orders.amount",),
        severity="info",
    ),
    Case("the price", order(price=100.005), base="cts", objects=("orders.price",)),
    Case(
        "a stop-limit price of many ticks",
        order(order_type="stop_limit", price=50_000.005),
        base="cts",
        objects=("orders.price",),
    ),
    Case(
        "both",
        order(amount=2.0005, price=100.005),
        base="cts",
        objects=("orders.amount", "orders.price"),
    ),
    Case("less than a step", order(amount=0.0005), base="cts", objects=("orders.amount",)),
)

NEAR_MISS = (
    Case("on the grid", order(), base="cts"),
    Case("a float error", order(amount=0.1 + 0.2, price=1.1 + 2.2), base="cts"),
    Case("many steps", order(amount=123_456_789.123, price=98_765_432.1), base="cts"),
    Case(
        "the price of a market order",
        order(order_type="market", price=100.005) + order(2, order_type="take_profit", price=1.005),
        base="cts",
    ),
    Case("no price", order(price=None), base="cts"),
    Case(
        "older than the pair's steps",
        f"UPDATE trading_pairs SET updated_at = {ago(60)};" + order(amount=2.0005),
        base="cts",
        status="not_checked",
    ),
    Case(
        "no step",
        "UPDATE trading_pairs SET amount_step = 0, updated_at = updated_at + 1;"
        + order(amount=2.0005),
        base="cts",
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
