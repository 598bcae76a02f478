"""What a statement takes for granted: told above its numbers, each in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cts_console.statement.inventory import Method
from cts_console.statement.ledger import Ledger
from cts_console.statement.model import Rate
from cts_console.statement.numbers import DECIMALS, decimal_text
from cts_console.statement.period import Period
from cts_console.statement.reading import TradeReader

_METHODS: Final[dict[Method, str]] = {
    "average": "Average cost: an exit leaves the average entry price of what is left unchanged.",
    "fifo": "First in, first out: an exit takes the oldest entries away.",
}


def list_assumptions(
    method: Method,
    rates: Sequence[Rate],
    period: Period,
    ledger: Ledger,
    reader: TradeReader,
    now_ms: int,
) -> tuple[str, ...]:
    """Return what was assumed for this statement and checked by nobody."""
    lines = [
        (
            f"The trades in table {reader.table} are all that there were, and true: they were not "
            "compared with the exchange."
        ),
        (
            f"{_METHODS[method]} One book per connection and pair, and per side where an account "
            "holds long and short side by side."
        ),
        "Before the first recorded trade of a book nothing was held.",
        (
            "Realised profit is price × amount × contract size of exits less that of their "
            f"entries, exact; a share of an entry is rounded to {DECIMALS} decimals, half to even."
        ),
        (
            "Fees are counted when they were paid, those of entries included; a fee in the base "
            "currency of a spot pair changes the amount that was bought or sold instead."
        ),
        (
            "Funding is kept as one total per position: that of positions closed in the period is "
            "listed whole, that of others not at all. It is no part of the net profit."
        ),
        "Deposits, withdrawals, interest and conversions are not in these numbers.",
        "Profits in different quote currencies are not added up.",
    ]
    if ledger.markets_read_off_names:
        lines.append(
            "The file does not describe some pairs: their currencies were read off their names, "
            "and one unit of amount is taken for one of the base currency."
        )
    if ledger.market_kinds_unknown:
        lines.append(
            "The file does not keep the kind of some markets: they are taken for spot, where "
            "nothing can be sold that is not held."
        )
    if period.end_ms > now_ms:
        lines.append("The period is not over: trades may follow.")
    lines += [
        f"1 {rate.currency} = {decimal_text(rate.price)} {rate.quote} for every fee: a rate that "
        "was given, not looked up."
        for rate in rates
    ]
    return tuple(lines)
