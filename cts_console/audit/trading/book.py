"""Entry prices from executions in the order of time: pure functions over prices and amounts."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

_DUST = 1e-9
"""What is left of the largest size when a position counts as flat: binary fractions do not end
exactly at zero."""


@dataclass(frozen=True, slots=True)
class Step:
    """One execution of a position."""

    is_entry: bool
    """Whether it made the position larger."""
    price: float
    """Its price."""
    amount: float
    """Its amount."""


@dataclass(frozen=True, slots=True)
class EntryPrices:
    """The entry price of a position under two methods; None where nothing was ever entered."""

    average_cost: float | None
    """An exit leaves the average of what is left unchanged."""
    first_in_first_out: float | None
    """An exit takes the oldest entries away."""


def entry_prices(steps: Iterable[Step]) -> EntryPrices:
    """Return the entry prices after `steps`, which are in the order of time.

    A position that went flat and was opened again starts anew. After the last exit the price is
    the one that was in force before it.
    """
    average: float | None = None
    oldest_first: float | None = None
    size = largest = 0.0
    lots: deque[Step] = deque()
    for step in steps:
        if step.is_entry:
            average = step.price + ((average or 0.0) - step.price) * size / (size + step.amount)
            size += step.amount
            largest = max(largest, size)
            lots.append(step)
        elif size - step.amount > _DUST * largest:
            size -= step.amount
            _take(lots, step.amount)
        elif lots:
            oldest_first = _average(lots)
            size = largest = 0.0
            lots.clear()
    return EntryPrices(average, _average(lots) if lots else oldest_first)


def _take(lots: deque[Step], amount: float) -> None:
    """Take the oldest of `lots` away; what is left is more than dust."""
    while len(lots) > 1 and lots[0].amount <= amount:
        amount -= lots.popleft().amount
    first = lots.popleft()
    lots.appendleft(replace(first, amount=max(first.amount - amount, 0.0)))


def _average(lots: Collection[Step]) -> float:
    return sum(lot.price * lot.amount for lot in lots) / sum(lot.amount for lot in lots)
