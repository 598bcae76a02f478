"""Cases of ORD-10: total fees that are not the sum of the trades' fees."""

from tests.audit.case import Case
from tests.audit.foreign_rows import freqtrade_order
from tests.audit.rows import ago, order, trade

DEFECT = (
    Case(
        "a fee twice",
        order() + trade() + trade(2),
        base="cts",
        objects=("orders.fee_total",),
    ),
    Case(
        "a fee that the order does not have",
        order(fee_total=0.0) + trade(),
        base="cts",
        objects=("orders.fee_total",),
    ),
    Case(
        "a fee that no trade was charged",
        order() + trade(fee=0.0),
        base="cts",
        objects=("orders.fee_total",),
    ),
    Case("a rebate", order() + trade(fee=-0.2), base="cts", objects=("orders.fee_total",)),
)

NEAR_MISS = (
    Case("the fee", order() + trade(), base="cts"),
    Case("two fees", order() + trade(fee=0.15) + trade(2, fee=0.05), base="cts"),
    Case("within the tolerance", order(fee_total=0.2000001) + trade(), base="cts"),
    Case("a rebate", order(fee_total=-0.2) + trade(fee=-0.2), base="cts"),
    Case("two currencies", order() + trade() + trade(2, fee_currency="BNB"), base="cts"),
    Case("a fee without a currency", order() + trade() + trade(2, fee_currency=None), base="cts"),
    Case("no currency at all", order() + trade(fee=0.0, fee_currency=None), base="cts"),
    Case("no trades", order(), base="cts"),
    Case("changed this minute", order(updated_at=ago(5)) + trade() + trade(2), base="cts"),
    Case("the legacy shape has no total", base="cts_legacy", status="not_checked"),
    Case("freqtrade has no trades", freqtrade_order(), base="freqtrade", status="not_applicable"),
    Case("hummingbot has no total", base="hummingbot", status="not_checked"),
)
