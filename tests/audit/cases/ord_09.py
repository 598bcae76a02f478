"""Cases of ORD-09: limit orders executed worse than their limit."""

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
        "bought above",
        order() + trade(amount=1.0) + trade(2, amount=1.0, price=100.5),
        base="cts",
        objects=("orders.price",),
        confidence="likely",
    ),
    Case(
        "sold below",
        order(side="sell") + trade(side="sell", price=99.5),
        base="cts",
        objects=("orders.price",),
    ),
    Case(
        "a pair that is not known",
        order(trading_pair_id=99) + trade(price=100.001),
        base="cts",
        objects=("orders.price",),
    ),
    Case(
        "by the average where there is no trade",
        order(average_price=100.5),
        base="cts",
        objects=("orders.price",),
    ),
    Case(
        "the legacy shape",
        legacy_order() + legacy_trade(price=101),
        base="cts_legacy",
        objects=("orders.price",),
    ),
    Case(
        "freqtrade, by the average",
        freqtrade_order(average=101.0),
        base="freqtrade",
        objects=("orders.price",),
    ),
    Case(
        "freqtrade, sold below",
        freqtrade_order(side="sell", average=99.0),
        base="freqtrade",
        objects=("orders.price",),
    ),
    Case(
        "hummingbot, by the side of the fills",
        hummingbot_order() + hummingbot_fill(price=100_100_000),
        base="hummingbot",
        objects=("Order.price",),
    ),
    Case(
        "hummingbot, a limit order that must not take",
        hummingbot_order(order_type="LIMIT_MAKER") + hummingbot_fill(price=100_100_000),
        base="hummingbot",
        objects=("Order.price",),
    ),
)

NEAR_MISS = (
    Case("bought below", order() + trade(price=90.0), base="cts"),
    Case("sold above", order(side="sell") + trade(side="sell", price=110.0), base="cts"),
    Case("within a tick", order() + trade(price=100.009), base="cts"),
    Case("a market order", order(order_type="market") + trade(price=120.0), base="cts"),
    Case("a stop order", order(order_type="stop_limit") + trade(price=120.0), base="cts"),
    Case("no limit", order(price=None) + trade(price=120.0), base="cts"),
    Case("no trade and no average", order(average_price=None), base="cts"),
    Case("a trade of text", legacy_order() + legacy_trade(price="n/a"), base="cts_legacy"),
    Case("freqtrade, a rounded average", freqtrade_order(average=100.005), base="freqtrade"),
    Case(
        "freqtrade, a market order",
        freqtrade_order(order_type="market", average=120.0),
        base="freqtrade",
    ),
    Case("hummingbot", hummingbot_order() + hummingbot_fill(price=99_000_000), base="hummingbot"),
    Case(
        "hummingbot cuts digits off",
        hummingbot_order(price=12) + hummingbot_fill(price=13),
        base="hummingbot",
    ),
    Case(
        "hummingbot, no limit is kept as 0",
        hummingbot_order(price=0) + hummingbot_fill(),
        base="hummingbot",
    ),
    Case(
        "neither trades nor an average",
        legacy_order() + "DROP TABLE trades;",
        base="cts_legacy",
        status="not_checked",
    ),
    Case("no orders at all", "CREATE TABLE t (a);", status="not_applicable"),
)
