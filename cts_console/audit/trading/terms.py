"""Pieces of SQL that several rules over trading data share: `p` a position, `c` its pair."""

from __future__ import annotations

from typing import Final

SIGN: Final = "CASE p.side WHEN 'long' THEN 1 WHEN 'short' THEN -1 END"
"""1 for a long position, -1 for a short one, NULL for anything else."""

INVERSE: Final = """(coalesce(c.market_type, 'spot') <> 'spot' AND (
    instr(c.symbol, ':' || c.base_currency) > 0
    OR (c.quote_currency = 'USD' AND instr(c.symbol, ':USD') = 0)))"""
"""Whether a contract is, or may be, settled in its base currency: its profit is no product of
price and amount. ccxt says so by the symbol (`BTC/USD:BTC`); other names of contracts against the
dollar do not tell."""

OF_CONNECTION: Final = "(l.connection_id IS NULL OR l.connection_id = p.connection_id)"
"""Whether a risk limit `l`, of a portfolio or of one of its connections, is about a position."""

STALE: Final = "coalesce(p.updated_at < :now - 300000, 1)"
"""Whether the price of a position may be older than five minutes."""

_MOST_DECIMALS: Final = 12


def last_digit(number: str) -> str:
    """Return SQL for a hair less than one unit of the last decimal that `number` is written with.

    Where the step of a pair is not known, a number that was rounded or cut to it is off by less.
    """
    steps = "".join(
        f" WHEN {number} = round({number}, {digits}) THEN {0.999999 * 10**-digits:.6e}"
        for digits in range(_MOST_DECIMALS + 1)
    )
    return f"(CASE{steps} ELSE 0 END)"
