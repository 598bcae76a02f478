"""What holds for all trades: nothing appears or vanishes between cash, profit and what is held."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, localcontext

from hypothesis import given
from hypothesis import strategies as st

from cts_console.statement import Inventory, Method
from cts_console.statement.inventory import Side
from cts_console.statement.numbers import EXACT

_BOTH: frozenset[Side] = frozenset({"long", "short"})
METHODS: st.SearchStrategy[Method] = st.sampled_from(["average", "fifo"])
AMOUNTS = st.decimals("0.00000001", "1e12", places=8)
PRICES = st.decimals("0.00000001", "1e9", places=8)
TRADES = st.lists(st.tuples(st.booleans(), AMOUNTS, PRICES), min_size=1, max_size=30)
Trade = tuple[bool, Decimal, Decimal]


def booked(trades: Sequence[Trade], method: Method) -> tuple[Decimal, Inventory]:
    """Return the sum of what was realised, and what is held."""
    inventory, total = Inventory(method), Decimal(0)
    for is_buy, amount, price in trades:
        with localcontext(EXACT):
            change = amount if is_buy else -amount
            total += inventory.apply(change, amount * price, _BOTH).realised or Decimal(0)
    return total, inventory


@given(TRADES, METHODS)
def test_profit_is_what_came_in_less_what_went_out_and_is_still_held(
    trades: list[Trade], method: Method
) -> None:
    total, inventory = booked(trades, method)
    with localcontext(EXACT):
        cash = sum((-a * p if is_buy else a * p for is_buy, a, p in trades), Decimal(0))
        held = sum((a if is_buy else -a for is_buy, a, _ in trades), Decimal(0))
        paid = -inventory.holding.value if held < 0 else inventory.holding.value
        assert inventory.holding.quantity == held
        assert total == cash + paid


@given(TRADES, METHODS, st.data())
def test_a_trade_in_two_parts_is_the_same_trade(
    trades: list[Trade], method: Method, data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(trades) - 1))
    is_buy, amount, price = trades[number]
    part = amount * data.draw(st.integers(1, 9)) / 10
    parts = [(is_buy, part, price), (is_buy, amount - part, price)]
    split, in_two = booked([*trades[:number], *parts, *trades[number + 1 :]], method)
    whole, in_one = booked(trades, method)
    with localcontext(EXACT):
        assert in_one.holding.quantity == in_two.holding.quantity
        # Only the last decimals of shares may differ, at most one for each trade.
        assert abs(split - whole) < Decimal("1e-27")


@given(TRADES, PRICES)
def test_with_one_entry_price_both_methods_agree(trades: list[Trade], price: Decimal) -> None:
    long_only, held = [], Decimal(0)
    for is_buy, amount, exit_price in trades:
        if is_buy:
            held += amount
            long_only.append((True, amount, price))
        elif held:
            leaving = min(amount, held)
            held -= leaving
            long_only.append((False, leaving, exit_price))
    average, fifo = booked(long_only, "average")[0], booked(long_only, "fifo")[0]
    with localcontext(EXACT):
        assert abs(average - fifo) < Decimal("1e-27")
