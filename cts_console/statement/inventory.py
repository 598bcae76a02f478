"""What is held, and what leaving it earns: the two methods of a statement, as pure arithmetic.

Both are the textbook's cost formulas (IFRS IAS 2, paragraph 27: first in, first out, and weighted
average cost; for securities the same two in IRS Publication 550, "Basis of Stocks and Bonds").
Written for a long; a short is the same with buying and selling exchanged:

- an entry of value v adds its amount a and v to what is held;
- first in, first out: each entry is a lot (aᵢ, vᵢ), and an exit takes the oldest lots away;
- average cost: all entries are one lot, so an exit of x out of A takes V × x ÷ A and leaves the
  average V ÷ A as it is;
- realised profit of an exit = value of the exit − value of the lots that it takes (reversed for a
  short);
- a trade larger than what is held first takes all of it, at its share of the trade's value, and
  enters the other side with the rest.

What is left keeps exactly the value that was not taken, so that the realised profit of a position
that went back to nothing is what came in less what went out, to the last digit.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Literal

from cts_console.statement.numbers import EXACT, ZERO, share

Method = Literal["average", "fifo"]
Side = Literal["long", "short"]


@dataclass(frozen=True, slots=True)
class Lot:
    """A part of what is held."""

    amount: Decimal
    """In base currency or contracts, above 0."""
    value: Decimal
    """What its entries came to, in quote currency."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What a book holds at one moment."""

    quantity: Decimal
    """Signed: below 0 for a short."""
    value: Decimal
    """What its entries came to, in quote currency."""


@dataclass(frozen=True, slots=True)
class Move:
    """What one trade did to a book."""

    realised: Decimal | None
    """Profit before fees, in quote currency; None where nothing was left."""
    unexplained: Decimal
    """The part of the amount that leaves more than is held, on a side that cannot be entered."""


class Inventory:
    """One book: what is held on one side, or on either side, of one pair."""

    def __init__(self, method: Method) -> None:
        self._method = method
        self._is_short = False
        self._quantity = ZERO
        self._value = ZERO
        self._lots: deque[Lot] = deque()

    @property
    def holding(self) -> Holding:
        """What is held now."""
        return (
            Holding(self._quantity.copy_negate(), self._value)
            if self._is_short
            else (Holding(self._quantity, self._value))
        )

    def apply(self, change: Decimal, value: Decimal, enters: frozenset[Side]) -> Move:
        """Book a trade that changes the quantity by `change` (above 0: bought), worth `value`.

        `enters` are the sides that it may enter or enlarge; what would enter another one is
        unexplained and changes nothing.
        """
        with localcontext(EXACT):
            rest, rest_value, realised = abs(change), value, None
            is_short = change < 0
            if self._quantity and self._is_short != is_short:
                leaving = min(rest, self._quantity)
                got = share(value, leaving, rest)
                gain = got - self._take(leaving)
                realised = -gain if self._is_short else gain
                rest, rest_value = rest - leaving, value - got
            if not rest:
                return Move(realised, ZERO)
            if ("short" if is_short else "long") not in enters:
                return Move(realised, rest)
            self._is_short = is_short
            self._enter(Lot(rest, rest_value))
            return Move(realised, ZERO)

    def _enter(self, lot: Lot) -> None:
        self._quantity += lot.amount
        self._value += lot.value
        if self._method == "average":
            self._lots.clear()
            lot = Lot(self._quantity, self._value)
        self._lots.append(lot)

    def _take(self, amount: Decimal) -> Decimal:
        """Take the oldest lots away and return what their entries came to."""
        taken = ZERO
        self._quantity -= amount
        while amount:
            lot = self._lots.popleft()
            part = min(amount, lot.amount)
            value = share(lot.value, part, lot.amount)
            if part < lot.amount:
                self._lots.appendleft(Lot(lot.amount - part, lot.value - value))
            amount -= part
            taken += value
        self._value -= taken
        return taken
