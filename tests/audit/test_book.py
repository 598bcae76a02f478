"""Entry prices from executions: what holds whatever the trades were."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cts_console.audit.trading.book import Step, entry_prices

prices = st.floats(min_value=1e-6, max_value=1e6)
amounts = st.floats(min_value=1e-3, max_value=1e6)
entries = st.builds(Step, is_entry=st.just(True), price=prices, amount=amounts)
steps = st.builds(Step, is_entry=st.booleans(), price=prices, amount=amounts)


def near(expected: float) -> object:
    return pytest.approx(expected, rel=1e-6)


def test_nothing_entered_has_no_price():
    assert entry_prices([]).average_cost is None
    assert entry_prices([Step(False, 1.0, 1.0)]).first_in_first_out is None


@given(st.lists(entries, min_size=1, max_size=20))
def test_without_exits_both_methods_give_the_weighted_average(bought: list[Step]):
    average = sum(s.price * s.amount for s in bought) / sum(s.amount for s in bought)
    result = entry_prices(bought)
    assert result.average_cost == near(average)
    assert result.first_in_first_out == near(average)


@given(st.lists(entries, min_size=1, max_size=20), st.floats(min_value=0.01, max_value=0.99))
def test_an_exit_leaves_the_average_cost_unchanged(bought: list[Step], part: float):
    held = sum(step.amount for step in bought)
    sold = Step(False, 1.0, held * part)
    before, after = entry_prices(bought), entry_prices([*bought, sold])
    assert after.average_cost == before.average_cost


@given(st.lists(steps, max_size=20), st.lists(entries, min_size=1, max_size=5))
def test_a_position_that_went_flat_starts_anew(before: list[Step], after: list[Step]):
    everything = sum(step.amount for step in before) + 1.0
    assert entry_prices([*before, Step(False, 1.0, everything), *after]) == entry_prices(after)


@given(st.lists(steps, max_size=30))
def test_prices_lie_within_those_that_were_paid(taken: list[Step]):
    paid = [step.price for step in taken if step.is_entry]
    for price in (entry_prices(taken).average_cost, entry_prices(taken).first_in_first_out):
        if price is not None:
            assert min(paid) * (1 - 1e-6) <= price <= max(paid) * (1 + 1e-6)


@given(st.lists(steps, max_size=30), st.floats(min_value=0.01, max_value=100.0))
def test_another_unit_of_amounts_changes_nothing(taken: list[Step], unit: float):
    scaled = [replace(step, amount=step.amount * unit) for step in taken]
    one, other = entry_prices(taken), entry_prices(scaled)
    if one.average_cost is None:
        assert other.average_cost is None
    else:
        assert other.average_cost == near(one.average_cost)


def test_the_oldest_entry_goes_first():
    bought = [Step(True, price, 1.0) for price in (100.0, 110.0, 120.0)]
    result = entry_prices([*bought[:2], Step(False, 1.0, 1.0), bought[2]])
    assert result.average_cost == pytest.approx(112.5)
    assert result.first_in_first_out == pytest.approx(115.0)
