"""Cases of ORD-12: sent orders without an exchange id."""

from tests.audit.case import Case
from tests.audit.foreign_rows import (
    MILLISECONDS,
    freqtrade_order,
    hummingbot_fill,
    hummingbot_order,
    legacy_order,
)
from tests.audit.rows import ago, connection, order

DEFECT = (
    Case(
        "open",
        order(exchange_order_id=None, status="open", filled=0.0, remaining=2.0),
        base="cts",
        objects=("orders.exchange_order_id",),
        confidence="certain",
    ),
    Case(
        "filled, the id is empty",
        order(exchange_order_id=" "),
        base="cts",
        objects=("orders.exchange_order_id",),
    ),
    Case(
        "cancelled after it was sent",
        order(exchange_order_id=None, status="cancelled", filled=0.0),
        base="cts",
        objects=("orders.exchange_order_id",),
    ),
    Case(
        "expired after it was filled in part",
        order(exchange_order_id=None, status="expired", filled=1.0, submitted_at=None),
        base="cts",
        objects=("orders.exchange_order_id",),
    ),
    Case(
        "a connection that is gone",
        order(exchange_order_id=None, connection_id=99),
        base="cts",
        objects=("orders.exchange_order_id",),
    ),
    Case(
        "the legacy shape",
        legacy_order(exchange_order_id=None),
        base="cts_legacy",
        objects=("orders.exchange_order_id",),
    ),
    Case(
        "hummingbot, after the first id",
        hummingbot_order()
        + hummingbot_order(2, exchange_order_id=None, creation_timestamp=MILLISECONDS + 1),
        base="hummingbot",
        objects=("Order.exchange_order_id",),
    ),
)

NEAR_MISS = (
    Case("an id", order(), base="cts"),
    Case("pending", order(exchange_order_id=None, status="pending", filled=0.0), base="cts"),
    Case("rejected", order(exchange_order_id=None, status="rejected", filled=0.0), base="cts"),
    Case(
        "cancelled before it was sent",
        order(exchange_order_id=None, status="cancelled", filled=0.0, submitted_at=None),
        base="cts",
    ),
    Case("created this minute", order(exchange_order_id=None, created_at=ago(5)), base="cts"),
    Case(
        "a test network",
        connection(is_testnet=1) + order(exchange_order_id=None, connection_id=2),
        base="cts",
    ),
    Case(
        "a paper connection",
        connection(name="Paper trading") + order(exchange_order_id=None, connection_id=2),
        base="cts",
    ),
    Case(
        "cancelled with nothing filled, the legacy shape",
        legacy_order(exchange_order_id=None, status="canceled", filled=0),
        base="cts_legacy",
    ),
    Case("a dry run", freqtrade_order(order_id="dry_run_buy_1"), base="freqtrade"),
    Case(
        "hummingbot, before the first id",
        hummingbot_order(exchange_order_id=None)
        + hummingbot_order(2, creation_timestamp=MILLISECONDS + 1),
        base="hummingbot",
    ),
    Case(
        "hummingbot, on paper",
        hummingbot_order(market="binance_paper_trade")
        + hummingbot_order(2, market="binance_paper_trade", exchange_order_id=None)
        + hummingbot_fill(),
        base="hummingbot",
    ),
    Case("no orders at all", "CREATE TABLE t (a);", status="not_applicable"),
)
