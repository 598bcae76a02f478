"""Cases of TRD-06: cost is not price x amount x contract size."""

from tests.audit.case import Case
from tests.audit.foreign_rows import PLAIN
from tests.audit.rows import order, row, trade

_SWAP = "UPDATE trading_pairs SET contract_size = {size} WHERE id = 2;"
_ON_SWAP = {"trading_pair_id": 2, "price": 50.0, "amount": 10.0}

DEFECT = (
    Case("another cost", order() + trade(cost=201.0), base="cts", objects=("trades.cost",)),
    Case(
        "a ten-thousandth off", order() + trade(cost=200.02), base="cts", objects=("trades.cost",)
    ),
    Case(
        "the contract size was forgotten",
        _SWAP.format(size=0.01) + order() + trade(1, **_ON_SWAP, cost=500.0),
        base="cts",
        objects=("trades.cost",),
    ),
    Case(
        "a spot pair has no cost in coins",
        order() + trade(price=50.0, amount=10.0, cost=0.2),
        base="cts",
        objects=("trades.cost",),
    ),
    Case(
        "less than a cent off, but not rounded",
        order() + trade(cost=200.0042),
        base="cts",
        objects=("trades.cost",),
    ),
    Case(
        "a small cost is not rounded to cents",
        order() + trade(price=0.0123, amount=1.0, cost=0.01),
        base="cts",
        objects=("trades.cost",),
    ),
)

NEAR_MISS = (
    Case("price x amount", order() + trade(), base="cts"),
    Case("floating point", order() + trade(price=0.1, amount=0.3, cost=0.03), base="cts"),
    Case("a millionth off", order() + trade(cost=200.0001), base="cts"),
    Case("rounded to cents", order() + trade(price=100.0017, cost=200.0), base="cts"),
    Case("never filled in", order() + trade(cost=0.0), base="cts"),
    Case(
        "a contract size",
        _SWAP.format(size=0.01) + order() + trade(1, **_ON_SWAP, cost=5.0),
        base="cts",
    ),
    Case(
        "coin-margined: 10 contracts of 100 USD at 50",
        _SWAP.format(size=100.0) + order() + trade(1, **_ON_SWAP, cost=20.0),
        base="cts",
    ),
    Case(
        "a pair that is not known",
        order() + trade(trading_pair_id=9, cost=7.0),
        base="cts",
    ),
    Case(
        "values that are not there",
        PLAIN
        + "CREATE TABLE trading_pairs (id, symbol, base_currency, quote_currency, contract_size);"
        + row("trading_pairs", id=1, contract_size=None)
        + row("trades", id=1, trading_pair_id=1, price=100.0, amount=2.0, cost=7.0),
    ),
    Case("the legacy shape keeps no cost", base="cts_legacy", status="not_applicable"),
    Case("no trades apart from the orders", base="freqtrade", status="not_applicable"),
    Case("hummingbot keeps no cost", base="hummingbot", status="not_applicable"),
)
