"""Cases of ORD-08: average prices that are not those of the trades."""

from tests.audit.case import Case
from tests.audit.foreign_rows import freqtrade_order
from tests.audit.rows import ago, order, trade

# Two halves at 100 and 120: 110 on average, 109.0909… where amounts are counted in the quote.
_HALVES = trade(amount=1.0) + trade(2, amount=1.0, price=120.0)

DEFECT = (
    Case(
        "the limit in place of the average",
        order(average_price=120.0) + _HALVES,
        base="cts",
        objects=("orders.average_price",),
    ),
    Case(
        "two ticks off",
        order(average_price=100.02) + trade(),
        base="cts",
        objects=("orders.average_price",),
    ),
    Case(
        "a pair that is not known",
        order(trading_pair_id=99, average_price=100.001) + trade(),
        base="cts",
        objects=("orders.average_price",),
    ),
    Case(
        "the inverse average on the spot market",
        order(average_price=109.09090909) + _HALVES,
        base="cts",
        objects=("orders.average_price",),
    ),
    Case(
        "neither average on a contract",
        order(trading_pair_id=2, average_price=115.0) + _HALVES,
        base="cts",
        objects=("orders.average_price",),
    ),
)

NEAR_MISS = (
    Case("the average", order(average_price=110.0) + _HALVES, base="cts"),
    Case("within a tick", order(average_price=110.009) + _HALVES, base="cts"),
    Case(
        "within 1e-6 of a price much larger than the tick",
        order(average_price=50_000.04) + trade(price=50_000.0),
        base="cts",
    ),
    Case("no average", order(average_price=None) + trade(), base="cts"),
    Case("no trades", order(average_price=50.0), base="cts"),
    Case("a trade is missing", order(average_price=120.0) + trade(amount=1.0), base="cts"),
    Case(
        "a coin-margined contract",
        order(trading_pair_id=2, average_price=109.09090909) + _HALVES,
        base="cts",
    ),
    Case("changed this minute", order(average_price=50.0, updated_at=ago(5)) + trade(), base="cts"),
    Case("the legacy shape has no average", base="cts_legacy", status="not_checked"),
    Case("freqtrade has no trades", freqtrade_order(), base="freqtrade", status="not_applicable"),
    Case("hummingbot has no average", base="hummingbot", status="not_checked"),
)
