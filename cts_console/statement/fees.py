"""What becomes of a trade's fee.

In the quote currency it reduces the profit of the period in which it was paid, whether the trade
entered or left. In the base currency of a spot pair it changes the amount: a buy brings so much
less, a sale takes so much more, and what was paid or received stays the same. In any other currency
it is listed, and counted only at a rate that a person gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Final

from cts_console.errors import CtsError
from cts_console.statement.model import FeeLine, Market, Rate
from cts_console.statement.numbers import EXACT, ZERO, read_amount

Rates = Mapping[tuple[str, str], Decimal]


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee and what is done with it."""

    amount: Decimal
    """As paid; a rebate is below 0."""
    currency: str | None
    """What it was paid in."""
    treatment: str
    """As in `FeeLine`; "none" for 0."""
    counted: Decimal
    """What it takes from the profit, in quote currency."""
    taken: Decimal
    """What it takes from the amount, in base currency."""


NO_FEE: Final = Fee(ZERO, None, "none", ZERO, ZERO)


def treat_fee(amount: Decimal, currency: str | None, market: Market, rates: Rates) -> Fee:
    """Return what becomes of a fee of a trade of `market`."""
    if not amount:
        return NO_FEE
    paid_in = None if currency is None else currency.upper()
    quote = None if market.quote is None else market.quote.upper()
    if paid_in is None or quote is None:
        return Fee(amount, currency, "not converted", ZERO, ZERO)
    if paid_in == quote:
        return Fee(amount, currency, "subtracted", amount, ZERO)
    if market.is_spot and market.base is not None and paid_in == market.base.upper():
        return Fee(amount, currency, "taken from the amount", ZERO, amount)
    rate = rates.get((paid_in, quote))
    if rate is None:
        return Fee(amount, currency, "not converted", ZERO, ZERO)
    return Fee(amount, currency, "converted", EXACT.multiply(amount, rate), ZERO)


def read_rates(texts: Iterable[str]) -> tuple[Rate, ...]:
    """Return the rates of `CURRENCY=QUOTE:PRICE` texts.

    Raises `CtsError("usage")` for one that is none, or for two of the same currencies.
    """
    rates: dict[tuple[str, str], Rate] = {}
    for text in texts:
        currency, _, rest = text.partition("=")
        quote, _, number = rest.rpartition(":")
        price = read_amount(number.strip())
        key = (currency.strip().upper(), quote.strip().upper())
        if not all(key) or price is None or price <= 0 or key in rates:
            raise CtsError(
                "usage",
                "Not a rate",
                f"{text!r} is not a rate, or the second one of its currencies.",
                "Use CURRENCY=QUOTE:PRICE, such as BNB=USDT:312.5, once for each pair of them.",
            )
        rates[key] = Rate(*key, price)
    return tuple(rates.values())


class FeeBook:
    """Adds fees up by currency and by what became of them."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], tuple[int, Decimal, dict[str, Decimal]]] = {}

    def add(self, fee: Fee, quote: str | None) -> None:
        """Add one fee of a pair with this quote currency."""
        if fee is NO_FEE:
            return
        key = (fee.currency or "", fee.treatment)
        trades, amount, counted = self._lines.get(key, (0, ZERO, {}))
        with localcontext(EXACT):
            if quote is not None and fee.treatment in ("subtracted", "converted"):
                counted[quote] = counted.get(quote, ZERO) + fee.counted
            self._lines[key] = (trades + 1, amount + fee.amount, counted)

    def listed(self) -> tuple[FeeLine, ...]:
        """Return the sums, ordered by currency."""
        return tuple(
            FeeLine(currency or None, treatment, trades, amount, tuple(sorted(counted.items())))  # type: ignore[arg-type]  # the words of `Fee.treatment`
            for (currency, treatment), (trades, amount, counted) in sorted(self._lines.items())
        )
