"""`ExchangeFormat`: one kind of trade history, known by its header."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from cts_console.transfer.trades.model import FileTrade, Side
from cts_console.transfer.trades.pairs import Markets
from cts_console.transfer.trades.values import UnreadableError

_SIDES: dict[str, Side] = {"BUY": "buy", "SELL": "sell", "B": "buy", "S": "sell"}
_LONGEST_NAME = 100

Record = Mapping[str, str]
"""The cells of a line under the normalised names of their columns."""
Reader = Callable[[int, Record, Markets], FileTrade]


@dataclass(frozen=True, slots=True)
class ExchangeFormat:
    """One kind of file."""

    name: str
    """What a person calls it: `binance spot`."""
    exchange: Literal["binance", "bybit", "coinbase", "kraken"]
    """Whose connections it is compared with."""
    columns: tuple[str, ...]
    """The columns that it must have, normalised; it may have more."""
    read: Reader
    """Returns the trade of a line; raises `UnreadableError`."""


def normalised(header: str) -> str:
    """Return a column's name without what differs from file to file: case and blanks."""
    return " ".join(header.strip("\ufeff \t\r\n\"'").casefold().split())


def read_side(text: str) -> Side:
    """Return the side that `text` names. Raises `UnreadableError`."""
    side = _SIDES.get(text.strip().upper())
    if side is None:
        raise UnreadableError(f"the side is {text.strip()[:60]!r}, neither buy nor sell")
    return side


def read_name(text: str) -> str | None:
    """Return an identifier; None where the cell is empty or a dash.

    Raises `UnreadableError` for what is none: too long, or with characters that do not show.
    """
    bare = text.strip()
    if len(bare) > _LONGEST_NAME or not bare.isprintable():
        raise UnreadableError(f"{bare[:40]!r} is no name")
    return None if bare in ("", "-", "--") else bare


def read_pair(text: str) -> str:
    """Return the name of a pair. Raises `UnreadableError` where there is none."""
    name = read_name(text)
    if name is None:
        raise UnreadableError("the name of the pair is missing")
    return name
