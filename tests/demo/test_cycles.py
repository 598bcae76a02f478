"""Which execution goes to which position: exact for the sample and for made-up streams."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cts_console.demo.cycles import (
    HOLDING,
    assign_positions,
    pick_exact,
    plan_cycles,
    read_sweeps,
)
from cts_console.demo.sample import Execution, read_executions

EXECUTIONS = read_executions()


def execution(number: int, at: int, side: str, amount: int) -> Execution:
    return Execution(str(number), at, side, 0.001, amount, 0.001 * amount)


def test_sweeps_join_one_side_of_one_millisecond() -> None:
    stream = [
        execution(1, 10, "buy", 5),
        execution(2, 10, "buy", 6),
        execution(3, 10, "sell", 7),
        execution(4, 11, "sell", 8),
    ]
    assert [(s.is_buy, s.amount, s.first, s.end) for s in read_sweeps(stream)] == [
        (True, 11, 0, 2),
        (False, 7, 2, 3),
        (False, 8, 3, 4),
    ]


def test_cycles_follow_each_other_over_the_whole_stream() -> None:
    sweeps = read_sweeps(EXECUTIONS)
    cycles = plan_cycles(sweeps)
    assert cycles[0].start == 0
    assert cycles[-1].end == len(sweeps)
    assert all(before.end == after.start for before, after in pairwise(cycles))
    assert all(cycle.start < cycle.turn < cycle.end for cycle in cycles)
    assert len(cycles) == 44


def test_every_position_but_the_holding_ends_flat() -> None:
    net: Counter[int] = Counter()
    for now, position in zip(EXECUTIONS, assign_positions(EXECUTIONS), strict=True):
        net[position] += now.amount if now.side == "buy" else -now.amount
    assert net.pop(HOLDING) == 867_601
    assert len(net) == 88
    assert set(net.values()) == {0}


def test_entries_come_before_exits_and_the_holding_only_buys() -> None:
    exited: set[int] = set()
    for now, position in zip(EXECUTIONS, assign_positions(EXECUTIONS), strict=True):
        is_long = position == HOLDING or position % 2 == 1
        is_entry = is_long == (now.side == "buy")
        assert not (is_entry and position in exited)
        assert is_entry or position != HOLDING
        if not is_entry:
            exited.add(position)


@given(st.lists(st.integers(1, 60), max_size=12), st.integers(1, 200))
def test_pick_exact_agrees_with_trying_every_choice(amounts: list[int], total: int) -> None:
    sums = {0}
    for amount in amounts:
        sums |= {reached + amount for reached in sums}
    picked = pick_exact(amounts, total)
    assert (picked is not None) == (total in sums)
    if picked is not None:
        assert sum(amounts[place] for place in picked) == total
        assert picked == sorted(set(picked))
