"""Which execution belongs to which position: pure functions over amounts.

The sample holds more XRP bought than sold, and a fill cannot be cut in two. So the account is
given two places:

- a *holding*, one long position that only ever grows; it is the one that stays open;
- a *trading* account in hedge mode, which works in cycles of two halves. In the first half its
  buys open a long and its sells open a short; in the second half the sells close that long and
  the buys close that short, both to exactly nothing.

Every sell is the trading account's. A buy is the trading account's where the sums need it and the
holding's otherwise: that choice is what makes every cycle end flat (`pick_exact`), and it leaves
the holding with exactly the surplus. Entries of a position always come before its exits, so its
entry price is the plain average of its entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from cts_console.demo.sample import Execution

HOLDING = 0
"""The number of the position that stays open."""
STEP_SWEEPS = 10
"""Halves of a cycle are tried in steps of this many sweeps."""


class Sweep(NamedTuple):
    """Executions of one side in one millisecond: never divided between positions."""

    is_buy: bool
    amount: int
    """XRP, all of them together."""
    first: int
    """Number of the first execution, counted from 0."""
    end: int
    """Number after the last execution."""


class Cycle(NamedTuple):
    """Sweeps `start` to `turn` enter, `turn` to `end` exit; each counted from 0, ends excluded."""

    start: int
    turn: int
    end: int


def read_sweeps(executions: Sequence[Execution]) -> list[Sweep]:
    """Group neighbouring executions of one millisecond and one side."""
    sweeps: list[Sweep] = []
    for number, now in enumerate(executions):
        before = executions[number - 1]
        if number and (before.executed_at, before.side) == (now.executed_at, now.side):
            last = sweeps.pop()
            sweeps.append(last._replace(amount=last.amount + now.amount, end=number + 1))
        else:
            sweeps.append(Sweep(now.side == "buy", now.amount, number, number + 1))
    return sweeps


def assign_positions(executions: Sequence[Execution]) -> list[int]:
    """Return the position of each execution: `HOLDING`, or 2c+1 (long) and 2c+2 (short) of cycle c.

    Raises `ValueError` where no cycles fit, which cannot happen with the sample.
    """
    sweeps = read_sweeps(executions)
    owner = [HOLDING] * len(sweeps)
    for number, cycle in enumerate(plan_cycles(sweeps)):
        long, short = 2 * number + 1, 2 * number + 2
        for index in _sells(sweeps, cycle.start, cycle.turn):
            owner[index] = short
        for index in _sells(sweeps, cycle.turn, cycle.end):
            owner[index] = long
        for index in _buys_of_long(sweeps, cycle) or ():
            owner[index] = long
        for index in _buys_of_short(sweeps, cycle) or ():
            owner[index] = short
    positions = [HOLDING] * len(executions)
    for position, sweep in zip(owner, sweeps, strict=True):
        positions[sweep.first : sweep.end] = [position] * (sweep.end - sweep.first)
    return positions


def plan_cycles(sweeps: Sequence[Sweep]) -> list[Cycle]:
    """Cut the stream into cycles, each the shortest that can end flat; the last ends the stream."""
    planner = _Planner(sweeps)
    cycles: list[Cycle] = []
    start, total = 0, len(sweeps)
    while start < total:
        cycle = planner.find_shortest(start)
        # What is left at the end may hold too few buys: then it joins the cycles before it.
        while cycle is None:
            if not cycles:
                raise ValueError("The executions cannot be cut into cycles that end flat.")
            start = cycles.pop().start
            cycle = planner.find(start, total)
        cycles.append(cycle)
        start = cycle.end
    return cycles


def pick_exact(amounts: Sequence[int], total: int) -> list[int] | None:
    """Return the places of `amounts` that add up to exactly `total`, or None.

    Subset sum by dynamic programming; a big integer is the set of reachable sums, bit by bit.
    """
    reachable = [1]
    mask = (1 << (total + 1)) - 1
    for amount in amounts:
        if reachable[-1] >> total & 1:
            break
        reachable.append(reachable[-1] | (reachable[-1] << amount) & mask)
    if not reachable[-1] >> total & 1:
        return None
    picked = []
    for place in range(len(reachable) - 2, -1, -1):
        if not reachable[place] >> total & 1:
            picked.append(place)
            total -= amounts[place]
    return picked[::-1]


class _Planner:
    def __init__(self, sweeps: Sequence[Sweep]) -> None:
        self._sweeps = sweeps
        self._bought = [0, *accumulate(s.amount if s.is_buy else 0 for s in sweeps)]
        self._sold = [0, *accumulate(0 if s.is_buy else s.amount for s in sweeps)]

    def find_shortest(self, start: int) -> Cycle | None:
        for end in range(start + 2 * STEP_SWEEPS, len(self._sweeps) + 1, STEP_SWEEPS):
            cycle = self.find(start, end)
            if cycle is not None:
                return cycle
        return None

    def find(self, start: int, end: int) -> Cycle | None:
        for turn in range(start + STEP_SWEEPS, end - STEP_SWEEPS + 1, STEP_SWEEPS):
            cycle = Cycle(start, turn, end)
            if self._may_fit(cycle) and _fits(self._sweeps, cycle):
                return cycle
        return None

    def _may_fit(self, cycle: Cycle) -> bool:
        start, turn, end = cycle
        sold_first = self._sold[turn] - self._sold[start]
        sold_then = self._sold[end] - self._sold[turn]
        bought_first = self._bought[turn] - self._bought[start]
        bought_then = self._bought[end] - self._bought[turn]
        return 0 < sold_then <= bought_first and 0 < sold_first <= bought_then


def _fits(sweeps: Sequence[Sweep], cycle: Cycle) -> bool:
    return _buys_of_long(sweeps, cycle) is not None and _buys_of_short(sweeps, cycle) is not None


def _buys_of_long(sweeps: Sequence[Sweep], cycle: Cycle) -> list[int] | None:
    sold = _sells(sweeps, cycle.turn, cycle.end)
    return _buys_worth(sweeps, cycle.start, cycle.turn, sum(sweeps[i].amount for i in sold))


def _buys_of_short(sweeps: Sequence[Sweep], cycle: Cycle) -> list[int] | None:
    sold = _sells(sweeps, cycle.start, cycle.turn)
    return _buys_worth(sweeps, cycle.turn, cycle.end, sum(sweeps[i].amount for i in sold))


def _buys_worth(sweeps: Sequence[Sweep], start: int, end: int, total: int) -> list[int] | None:
    buys = [index for index in range(start, end) if sweeps[index].is_buy]
    picked = pick_exact([sweeps[index].amount for index in buys], total)
    return None if picked is None else [buys[place] for place in picked]


def _sells(sweeps: Sequence[Sweep], start: int, end: int) -> list[int]:
    return [index for index in range(start, end) if not sweeps[index].is_buy]
