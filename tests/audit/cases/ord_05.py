"""Cases of ORD-05: full orders that are still marked as live."""

from tests.audit.case import Case
from tests.audit.foreign_rows import (
    JUST_NOW,
    freqtrade_order,
    hummingbot_fill,
    hummingbot_order,
    legacy_order,
)
from tests.audit.rows import NOW, ago, order

DEFECT = (
    Case(
        "open and full",
        order(status="open"),
        base="cts",
        objects=("orders.status",),
        confidence="certain",
    ),
    Case("pending and full", order(status="pending"), base="cts", objects=("orders.status",)),
    Case(
        "partially filled up to half a step",
        order(status="partially_filled", filled=1.9996),
        base="cts",
        objects=("orders.status",),
    ),
    Case(
        "no time of change",
        legacy_order(status="open", updated_at=None),
        base="cts_legacy",
        objects=("orders.status",),
    ),
    Case(
        "the legacy shape",
        legacy_order(status="OPEN"),
        base="cts_legacy",
        objects=("orders.status",),
    ),
    Case(
        "freqtrade",
        freqtrade_order(status="open", ft_is_open=1),
        base="freqtrade",
        objects=("orders.status",),
    ),
    Case(
        "hummingbot, the completion is missing",
        hummingbot_order(last_status="OrderFilled") + hummingbot_fill(),
        base="hummingbot",
        objects=("Order.status",),
        confidence="likely",
    ),
)

NEAR_MISS = (
    Case("filled", order(), base="cts"),
    Case("one step missing", order(status="open", filled=1.999), base="cts"),
    Case("changed this minute", order(status="open", updated_at=ago(5)), base="cts"),
    Case(
        "nothing filled of less than a step",
        "UPDATE trading_pairs SET amount_step = 10;" + order(status="open", filled=0.0),
        base="cts",
    ),
    Case(
        "half filled of less than a step",
        "UPDATE trading_pairs SET amount_step = 10;" + order(status="open", filled=1.0),
        base="cts",
    ),
    Case("the legacy shape", legacy_order(status="open", filled=1), base="cts_legacy"),
    Case("freqtrade", freqtrade_order(), base="freqtrade"),
    Case(
        "freqtrade, changed this minute",
        freqtrade_order(status="open", ft_is_open=1, order_update_date=JUST_NOW),
        base="freqtrade",
    ),
    Case(
        "hummingbot, filled in part",
        hummingbot_order(last_status="OrderFilled") + hummingbot_fill(amount=1_999_999),
        base="hummingbot",
    ),
    Case(
        "hummingbot, changed this minute",
        hummingbot_order(last_status="OrderFilled", last_update_timestamp=NOW) + hummingbot_fill(),
        base="hummingbot",
    ),
    Case("hummingbot, open", hummingbot_order(last_status="BuyOrderCreated"), base="hummingbot"),
    Case("no orders at all", "CREATE TABLE t (a);", status="not_applicable"),
)
