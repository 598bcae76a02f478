"""Cases of ORD-02: filled and remaining that do not make up the amount."""

from tests.audit.case import Case
from tests.audit.foreign_rows import freqtrade_order, hummingbot_order, legacy_order, legacy_trade
from tests.audit.rows import order

DEFECT = (
    Case(
        "filled, and something remains",
        order(remaining=0.5),
        base="cts",
        objects=("orders.remaining",),
        confidence="certain",
    ),
    Case(
        "open, and too little remains",
        order(status="open", filled=0.0, remaining=1.0),
        base="cts",
        objects=("orders.remaining",),
    ),
    Case(
        "partially filled",
        order(status="partially_filled", filled=1.0, remaining=0.5),
        base="cts",
        objects=("orders.remaining",),
    ),
    Case(
        "a pair that is not known",
        order(trading_pair_id=99, remaining=1e-6),
        base="cts",
        objects=("orders.remaining",),
    ),
    Case(
        "a step larger than the order is no tolerance",
        "UPDATE trading_pairs SET amount_step = 10;" + order(remaining=0.5),
        base="cts",
        objects=("orders.remaining",),
    ),
    Case(
        "a market order of which something remains",
        order(order_type="market", remaining=0.5),
        base="cts",
        objects=("orders.remaining",),
    ),
    Case(
        "an open market order",
        order(order_type="market", status="open", filled=1.0, remaining=0.0),
        base="cts",
        objects=("orders.remaining",),
    ),
    Case(
        "the legacy shape",
        legacy_order(status="open", filled=0, remaining=1),
        base="cts_legacy",
        objects=("orders.remaining",),
    ),
    Case(
        "freqtrade",
        freqtrade_order(status="open", ft_is_open=1, filled=0.5, remaining=1.0),
        base="freqtrade",
        objects=("orders.remaining",),
    ),
)

NEAR_MISS = (
    Case("within half a step", order(remaining=0.0004), base="cts"),
    Case(
        "a float error, of a pair that is not known",
        order(trading_pair_id=99, amount=0.3, filled=0.1, remaining=0.2, status="open"),
        base="cts",
    ),
    Case(
        "cancelled with nothing remaining",
        order(status="cancelled", filled=0.5, remaining=0.0),
        base="cts",
    ),
    Case("rejected", order(status="rejected", filled=0.0, remaining=0.0), base="cts"),
    Case("expired", order(status="expired", filled=0.5, remaining=0.0), base="cts"),
    Case("a market order by cost", order(order_type="market", filled=1.98), base="cts"),
    Case("the legacy shape", legacy_order(), base="cts_legacy"),
    Case("a remainder that is not kept", legacy_order(remaining=None), base="cts_legacy"),
    Case("trades instead of filled", legacy_order(filled=None) + legacy_trade(), base="cts_legacy"),
    Case("freqtrade computes what remains", freqtrade_order(remaining=None), base="freqtrade"),
    Case(
        "closed in part is cancelled",
        freqtrade_order(filled=1.0, remaining=0.0),
        base="freqtrade",
    ),
    Case(
        "hummingbot keeps no remainder", hummingbot_order(), base="hummingbot", status="not_checked"
    ),
    Case("no orders at all", status="not_applicable", sql="CREATE TABLE t (a);"),
)
