"""Our realised profit beside the file's own, position by position."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, localcontext
from typing import Final

from cts_console.sqlite import SqliteValue
from cts_console.statement.ledger import PositionTally
from cts_console.statement.model import PositionCheck
from cts_console.statement.numbers import EXACT, ZERO
from cts_console.statement.reading import ClosedPosition

TOLERANCE: Final = Decimal("1e-9")
"""In quote currency: what binary sums of a few thousand trades are off by."""

_Profit = Callable[[PositionTally, ClosedPosition], Decimal]
# Which of fees and funding the file's profit is free of is its own choice; the first is taken
# where others fit as well.
_CONVENTIONS: Final[dict[str, _Profit]] = {
    "after fees and funding": lambda ours, kept: ours.gross - ours.fees - kept.funding,
    "after fees, before funding": lambda ours, _: ours.gross - ours.fees,
    "before fees and funding": lambda ours, _: ours.gross,
    "before fees, after funding": lambda ours, kept: ours.gross - kept.funding,
}


def check_positions(
    closed: Mapping[SqliteValue, ClosedPosition], tallies: Mapping[SqliteValue, PositionTally]
) -> PositionCheck:
    """Compare positions closed in the period, by the convention that fits most of them."""
    with localcontext(EXACT):
        choices = [_compare(name, profit, closed, tallies) for name, profit in _CONVENTIONS.items()]
    return max(choices, key=lambda check: check.equal)


def _compare(
    name: str,
    profit: _Profit,
    closed: Mapping[SqliteValue, ClosedPosition],
    tallies: Mapping[SqliteValue, PositionTally],
) -> PositionCheck:
    compared = equal = 0
    largest, largest_of = ZERO, None
    for position, kept in closed.items():
        ours = tallies.get(position)
        if kept.realised is None or ours is None or not ours.is_whole:
            continue
        compared += 1
        difference = profit(ours, kept) - kept.realised
        equal += abs(difference) <= TOLERANCE
        if abs(difference) > abs(largest):
            largest, largest_of = difference, position
    return PositionCheck(len(closed), compared, equal, name, largest, largest_of)
