"""Cases of TRD-02: the same exchange trade id twice."""

from tests.audit.case import Case
from tests.audit.foreign_rows import (
    PLAIN,
    hummingbot_fill,
    hummingbot_order,
    legacy_order,
    legacy_trade,
)
from tests.audit.rows import order, row, trade

DEFECT = (
    Case(
        "twice in one order",
        legacy_order() + legacy_trade() + legacy_trade(2, exchange_trade_id="t1"),
        base="cts_legacy",
        objects=("trades.exchange_trade_id",),
        severity="error",
    ),
    Case(
        "twice without an order, on one side",
        legacy_trade(order_id=None)
        + legacy_trade(2, order_id=None, exchange_trade_id="t1", amount=1.0),
        base="cts_legacy",
        objects=("trades.exchange_trade_id",),
        severity="error",
    ),
    Case(
        "a trade with oneself, without an order",
        legacy_trade(order_id=None)
        + legacy_trade(2, order_id=None, exchange_trade_id="t1", side="sell"),
        base="cts_legacy",
        objects=("trades.exchange_trade_id",),
        severity="warning",
    ),
    Case(
        "on two orders",
        order() + order(2) + trade() + trade(2, order_id=2, exchange_trade_id="t1"),
        base="cts",
        objects=("trades.exchange_trade_id",),
        severity="warning",
    ),
    Case(
        "on two orders, and twice in one",
        legacy_order()
        + legacy_order(2)
        + legacy_trade()
        + legacy_trade(2, exchange_trade_id="t1")
        + legacy_trade(3, exchange_trade_id="t1", order_id=2),
        base="cts_legacy",
        objects=("trades.exchange_trade_id",),
        severity="error",
    ),
    Case(
        "hummingbot, on two orders",
        hummingbot_order()
        + hummingbot_order(2)
        + hummingbot_fill()
        + hummingbot_fill(order_id="c2"),
        base="hummingbot",
        objects=("TradeFill.exchange_trade_id",),
        severity="warning",
    ),
)

NEAR_MISS = (
    Case("another id", order() + trade() + trade(2), base="cts"),
    Case(
        "no id",
        order() + trade(exchange_trade_id=None) + trade(2, exchange_trade_id=None),
        base="cts",
    ),
    Case(
        "an empty id",
        legacy_trade(exchange_trade_id="") + legacy_trade(2, exchange_trade_id=""),
        base="cts_legacy",
    ),
    Case(
        "the same id in another pair",
        order()
        + order(2, trading_pair_id=2)
        + trade()
        + trade(2, order_id=2, trading_pair_id=2, exchange_trade_id="t1"),
        base="cts",
    ),
    Case(
        "the same id on another connection",
        order()
        + order(2, connection_id=2)
        + trade()
        + trade(2, order_id=2, connection_id=2, exchange_trade_id="t1"),
        base="cts",
    ),
    Case(
        "no exchange ids at all",
        "CREATE TABLE trades (id INTEGER PRIMARY KEY, connection_id, order_id, trading_pair_id,"
        " price, amount);",
        status="not_checked",
    ),
    Case(
        "numbers as ids",
        PLAIN
        + row("trades", id=1, order_id=1, connection_id=1, trading_pair_id=1, exchange_trade_id=5)
        + row("trades", id=2, order_id=1, connection_id=1, trading_pair_id=1, exchange_trade_id=6),
    ),
    Case("no trades apart from the orders", base="freqtrade", status="not_applicable"),
)
