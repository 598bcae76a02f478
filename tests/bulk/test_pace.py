from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cts_console.bulk.pace import MOST_ROWS, Pace
from cts_console.maintenance import SLICE_S


class Machine:
    """Slices on a clock of their own: a row takes `row_s`, what follows in the lock `end_s`."""

    def __init__(self, row_s: float, end_s: float) -> None:
        self.row_s, self.end_s = row_s, end_s
        self.now_s = 0.0
        self._pace = Pace(lambda: self.now_s)

    def run_slice(self, between: Callable[[], None] = lambda: None) -> tuple[int, float]:
        """Return the rows of a slice and for how long it was held, COMMIT included."""
        began_s, rows = self.now_s, 0
        self._pace.begin()
        while piece := self._pace.next_rows():
            self.now_s += piece * self.row_s
            self._pace.wrote(piece)
            rows += piece
            between()
        self.now_s += self.end_s
        told_s = self._pace.end()
        assert told_s == pytest.approx(self.now_s - began_s)
        return rows, told_s


@given(st.floats(1e-7, 5e-3), st.floats(0, 0.025))
def test_no_slice_is_held_for_too_long_whatever_rows_and_commits_take(row_s, end_s):
    machine = Machine(row_s, end_s)
    slices = [machine.run_slice() for _ in range(30)]
    assert max(held_s for _, held_s in slices) <= SLICE_S
    assert all(1 <= rows <= MOST_ROWS for rows, _ in slices)


def test_the_time_is_used_where_there_is_some():
    machine = Machine(20e-6, 0.002)
    slices = [machine.run_slice() for _ in range(30)]
    assert slices[-1][0] > 500
    assert slices[-1][1] > SLICE_S / 4


@pytest.mark.parametrize("times_slower", [2, 10])
def test_rows_that_become_slower_within_a_slice_end_it(times_slower):
    machine = Machine(20e-6, 0.002)
    usual = [machine.run_slice() for _ in range(20)][-1][0]

    def slow_down() -> None:
        machine.row_s = times_slower * 20e-6

    rows, held_s = machine.run_slice(slow_down)
    assert rows < usual
    assert held_s <= SLICE_S


def test_after_a_slow_commit_the_next_slices_are_short_and_grow_again():
    machine = Machine(20e-6, 0.002)
    usual = [machine.run_slice() for _ in range(20)][-1][0]
    machine.end_s = 0.060
    machine.run_slice()
    assert machine.run_slice()[0] == 1
    machine.end_s = 0.002
    after = [machine.run_slice()[0] for _ in range(20)]
    assert after[0] < usual / 2
    assert after[-1] >= usual / 2
