"""Amounts as exact decimals: how they are read, shared out and written.

Sums, differences and products are exact: `EXACT` has digits enough for every amount that
`read_amount` lets through, and would rather fail (`Inexact` is trapped) than round. The one
division, in `share`, is rounded to `STEP`, half to even.
"""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact, InvalidOperation, Overflow
from typing import Final

from cts_console.sqlite import SqliteValue

DECIMALS: Final = 30
"""Decimals that a share keeps, and the most that an amount of a file may have."""
STEP: Final = Decimal(1).scaleb(-DECIMALS)
_MOST_INTEGER_DIGITS: Final = 18
_DIGITS: Final = 300

EXACT: Final = Context(
    prec=_DIGITS, rounding=ROUND_HALF_EVEN, traps=[Inexact, InvalidOperation, Overflow]
)
"""For sums and products; a result that it cannot hold exactly raises."""
_ROUNDING: Final = Context(prec=_DIGITS, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation])

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,60}(\.[0-9]{1,60})?([eE][+-]?[0-9]{1,3})?")
ZERO: Final = Decimal(0)


def read_amount(value: SqliteValue) -> Decimal | None:
    """Return a stored number exactly as it is written; None where it is no usable number.

    A REAL is its shortest decimal text, which reads back as the same binary number. Text must be
    a plain decimal number. Not usable: NULL, infinity, 1e18 and more, more than `DECIMALS`
    decimals.
    """
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        number = Decimal(repr(value))
    elif isinstance(value, int) or (isinstance(value, str) and _NUMBER.fullmatch(value)):
        number = Decimal(value)
    else:
        return None
    if not number:
        return ZERO
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    fits = number.adjusted() < _MOST_INTEGER_DIGITS and exponent >= -DECIMALS
    return number if fits else None


def share(value: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """Return `value × part ÷ whole`: exactly `value` for the whole, else rounded to `STEP`."""
    if part == whole:
        return value
    quotient = _ROUNDING.divide(EXACT.multiply(value, part), whole)
    return quotient.quantize(STEP, context=_ROUNDING)


def decimal_text(number: Decimal) -> str:
    """Return all digits of a number, without an exponent and without zeroes at its end."""
    return format(EXACT.normalize(number), "f") if number else "0"


def rounded_text(number: Decimal, decimals: int) -> str:
    """Return a number with so many decimals, half to even, thousands apart."""
    return f"{number.quantize(Decimal(1).scaleb(-decimals), context=_ROUNDING):,f}"
