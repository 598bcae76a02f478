"""The running book of a trace: what is held after each trade, and what was earned by then."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import Final

from cts_console.statement.inventory import Inventory, Side
from cts_console.statement.numbers import EXACT, ZERO, share
from cts_console.trace.fills import Fill, Pair

_EITHER: Final[frozenset[Side]] = frozenset({"long", "short"})
_ONE: Final = Decimal(1)


class Book:
    """Takes trades one after the other; what they leave unknown is None from there on."""

    def __init__(self, pair: Pair) -> None:
        self._pair = pair
        # Average cost is shown; a file may count the oldest entry out first. Entry prices are
        # averaged over amounts as traded, whatever fees took from the coin, save where a file
        # keeps apart what they took.
        self._shown = Inventory("average")
        self._oldest_first = Inventory("fifo")
        self._priced = (Inventory("average"), Inventory("fifo"))
        self._entry_prices: list[Decimal | None] = [None, None]
        self._entries: dict[bool, tuple[Decimal, Decimal]] = {}
        self.bought = self.sold = ZERO
        self.received = self.paid = ZERO
        """What sales and purchases came to, in quote currency."""
        self.base_fees = ZERO
        """What fees took from the coin."""
        self.fees = ZERO
        """Fees in the quote currency."""
        self.last_gain: tuple[Decimal, Decimal] | None = None
        """What the last trade realised by average cost and oldest first; None where it entered."""
        self._gross = ZERO
        self._is_whole = self._is_ordered = self._has_all_fees = True
        self.other_fee_currencies: set[str] = set()
        """Currencies of fees that are not counted."""

    def lose_track(self) -> None:
        """Something happened that is not known."""
        self._is_whole = False

    @property
    def is_whole(self) -> bool:
        """Whether everything was known so far."""
        return self._is_whole

    @property
    def quantity(self) -> Decimal | None:
        """What is held, below 0 for a short."""
        # Of a short that is closed the holding is a negative zero.
        return (self._shown.holding.quantity or ZERO) if self._is_whole else None

    @property
    def average(self) -> Decimal | None:
        """The average price of what is held; None for nothing."""
        return _average(self._shown, self._pair) if self._is_priced else None

    @property
    def gross(self) -> Decimal | None:
        """Profit realised so far, before fees."""
        return self._gross if self._is_priced and self._pair.is_linear else None

    @property
    def pnl(self) -> Decimal | None:
        """Profit realised so far, after fees."""
        gross = self.gross
        return None if gross is None or not self._has_all_fees else EXACT.subtract(gross, self.fees)

    @property
    def flow(self) -> Decimal | None:
        """What sales brought less what purchases cost; of a flat book its profit before fees.

        It does not depend on the order of the trades.
        """
        if not self._is_whole or not self._pair.is_linear:
            return None
        return EXACT.subtract(self.received, self.paid)

    @property
    def has_quote_fees_only(self) -> bool:
        """Whether every fee was paid in the quote currency."""
        return self._has_all_fees and not self.base_fees

    def entry_prices(self, *, is_short: bool) -> list[Decimal]:
        """Return the entry prices of a position of this side as the methods have them.

        Of a flat book those before its last exit; then the plain average of all entries. None
        where nothing was entered.
        """
        value, amount = self._entries.get(not is_short, (ZERO, ZERO))
        if not self._is_priced or not amount:
            return []
        found = [price for price in self._entry_prices if price is not None]
        return [*found, share(value, _ONE, amount)]

    def apply(self, fill: Fill) -> None:
        """Book a trade."""
        self.last_gain = None
        if not fill.is_readable:
            self._is_whole = False
            return
        assert fill.amount is not None
        assert fill.price is not None
        assert fill.cost is not None
        assert fill.fee is not None
        if fill.at_ms is None:
            # Its place among the others is not known, and with it what an exit took away.
            self._is_ordered = False
        with localcontext(EXACT):
            if fill.is_buy:
                self.bought += fill.amount
                self.paid += fill.cost
            else:
                self.sold += fill.amount
                self.received += fill.cost
            self.base_fees += fill.fee.taken
            self.fees += fill.fee.counted
            self._move(fill, fill.cost)
            self._average_in(fill, fill.amount, fill.price)
        if fill.fee.treatment == "not converted":
            self._has_all_fees = False
            self.other_fee_currencies.add(fill.fee.currency or "")

    def _move(self, fill: Fill, cost: Decimal) -> None:
        by_average = self._shown.apply(fill.change, cost, _EITHER).realised
        by_age = self._oldest_first.apply(fill.change, cost, _EITHER).realised
        if by_average is not None:
            self._gross += by_average
            self.last_gain = (by_average, by_average if by_age is None else by_age)

    def _average_in(self, fill: Fill, amount: Decimal, price: Decimal) -> None:
        """Take the price of a trade into the entry prices."""
        if fill.row.base_fee is not None and fill.fee is not None:
            amount -= fill.fee.taken
        is_buy = bool(fill.is_buy)
        value, entered = self._entries.get(is_buy, (ZERO, ZERO))
        self._entries[is_buy] = (value + amount * price, entered + amount)
        for at, inventory in enumerate(self._priced):
            inventory.apply(amount if is_buy else -amount, amount * price, _EITHER)
            holding = inventory.holding
            if holding.quantity:
                self._entry_prices[at] = share(holding.value, _ONE, abs(holding.quantity))

    @property
    def _is_priced(self) -> bool:
        return self._is_whole and self._is_ordered and not self._pair.market.is_inverse


def _average(inventory: Inventory, pair: Pair) -> Decimal | None:
    holding = inventory.holding
    if not holding.quantity or pair.size is None:
        return None
    whole = EXACT.multiply(abs(holding.quantity), pair.size)
    return share(holding.value, _ONE, whole)
