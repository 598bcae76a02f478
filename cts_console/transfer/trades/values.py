"""What stands in the cells of a trade history: amounts, amounts with their currency, times.

Numbers are exact decimals with a point; commas may group thousands. Times are UTC unless they say
otherwise, and as exact as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

_NUMBER: Final = re.compile(
    r"[+-]?(?:\d{1,30}|[1-9]\d{0,2}(?:,\d{3}){1,9})?(?:\.\d{0,40})?(?:[eE][+-]?\d{1,2})?", re.ASCII
)
# A currency that no pair tells: it begins with a letter, so that the number ends before it.
_GLUED: Final = re.compile(r"(.*?[\d.])\s*([A-Za-z][A-Za-z0-9]{0,19})", re.ASCII)
_TIMES: Final = (
    (re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)\.\d{1,9}", re.ASCII), 1),
    (re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)", re.ASCII), 1_000),
    (re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)", re.ASCII), 60_000),
)
_MINUTE_FIRST: Final = re.compile(r"(\d\d:\d\d) (\d{4}-\d\d-\d\d)", re.ASCII)
_ZONE: Final = re.compile(r"(.*\d)(?:Z| ?UTC| ?([+-]\d\d:?\d\d))", re.ASCII)
_FRACTION: Final = re.compile(r"\.(\d{1,9})$", re.ASCII)
_FIRST_MS: Final = 1_262_304_000_000
_LAST_MS: Final = 4_102_444_800_000
_LARGEST: Final = Decimal("1e15")
_KEPT_DIGITS: Final = 15


class UnreadableError(ValueError):
    """A line holds something else than it should; the text says what."""


def read_decimal(text: str, what: str) -> Decimal:
    """Return the number that `text` is. Raises `UnreadableError`, which names it `what`."""
    number = _as_number(text.strip())
    if number is None:
        raise UnreadableError(f"{what} is {_quoted(text)}, which is no number")
    return number


def read_positive(number: Decimal, what: str) -> Decimal:
    """Return a price or an amount. Raises `UnreadableError` where it cannot be one."""
    if not 0 < number < _LARGEST:
        raise UnreadableError(f"{what} is {number}, which cannot be")
    return number


def split_glued(text: str, known: Iterable[str | None]) -> tuple[Decimal | None, str | None]:
    """Return the number and the currency of `0.001BTC`; None for what is not there.

    The longest of the `known` currencies that leaves a number before it is meant: `1001INCH` of
    1INCH/USDT is 100 of 1INCH. Without one, a currency begins with a letter.
    """
    bare = text.strip()
    number = _as_number(bare)
    if number is not None:
        return number, None
    for currency in sorted({name for name in known if name}, key=len, reverse=True):
        if bare.upper().endswith(currency.upper()):
            number = _as_number(bare[: -len(currency)].rstrip())
            if number is not None:
                return number, currency
    found = _GLUED.fullmatch(bare)
    if found and (number := _as_number(found[1])) is not None:
        return number, found[2].upper()
    return None, None


def split_pair(pair: str, amount: str, cost: str) -> tuple[str, str] | None:
    """Return base and quote of a pair written as one word, by the currencies at two amounts."""
    for cut in range(len(pair) - 1, 0, -1):
        base, quote = pair[:cut], pair[cut:]
        if _is_of(amount, base) and _is_of(cost, quote):
            return base, quote
    return None


def read_time(text: str) -> tuple[int, int]:
    """Return milliseconds since the epoch and how exact they are: to 1, 1,000 or 60,000 ms.

    What is finer than a millisecond is cut off. Raises `UnreadableError`.
    """
    bare = text.strip()
    turned = _MINUTE_FIRST.fullmatch(bare)
    if turned:
        bare = f"{turned[2]} {turned[1]}"
    zone = _ZONE.fullmatch(bare)
    offset = (zone[2] if zone else None) or "+00:00"
    bare = zone[1] if zone else bare
    for pattern, resolution_ms in _TIMES:
        found = pattern.fullmatch(bare)
        if found is not None:
            return _instant(text, f"{found[1]}T{found[2]}", bare, offset), resolution_ms
    raise UnreadableError(f"the time {_quoted(text)} is not written as YYYY-MM-DD HH:MM:SS")


def number_key(number: Decimal | float) -> str:
    """Return what equal numbers share: 15 significant digits, which a REAL keeps for certain."""
    return f"{float(number):.{_KEPT_DIGITS}g}"


def _instant(text: str, seconds: str, bare: str, offset: str) -> int:
    try:
        moment = datetime.fromisoformat(seconds + offset).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UnreadableError(f"the time {_quoted(text)} does not exist") from error
    fraction = _FRACTION.search(bare)
    ms = int(fraction[1].ljust(3, "0")[:3]) if fraction else 0
    at_ms = int(moment.timestamp()) * 1_000 + ms
    if not _FIRST_MS <= at_ms <= _LAST_MS:
        raise UnreadableError(f"the time {_quoted(text)} is not of the years 2010 to 2099")
    return at_ms


def _is_of(text: str, currency: str) -> bool:
    bare = text.strip()
    return (
        bare.upper().endswith(currency.upper())
        and _as_number(bare[: -len(currency)].rstrip()) is not None
    )


def _as_number(text: str) -> Decimal | None:
    if not any(character.isdigit() for character in text) or not _NUMBER.fullmatch(text):
        return None
    return Decimal(text.replace(",", ""))


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:60]}…")
