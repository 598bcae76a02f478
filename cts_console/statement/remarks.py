"""The kinds of trades that a statement remarks upon, and how they are counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from cts_console.sqlite import SqliteValue
from cts_console.statement.model import Remark

_MOST_IDS: Final = 20

# Kind -> (what it means, whether the totals lack something because of it).
KINDS: Final[dict[str, tuple[str, bool]]] = {
    "before_the_records": (
        (
            "leave more than is known to be held: opened before the records (or, where the kind of "
            "market is not kept, sold short). The profit of that part is not computed."
        ),
        True,
    ),
    "unreadable": (
        "have no price, amount, side, time or fee that can be read: not counted.",
        True,
    ),
    "inverse": (
        "are of contracts that are, or may be, settled in the base currency: not computed.",
        True,
    ),
    "market_unknown": (
        "are of a pair that neither the file nor its name describes: not computed.",
        True,
    ),
    "fee_not_converted": (
        (
            "have a fee in a currency that is neither the quote nor taken from the amount: listed, "
            "not subtracted. --rate CURRENCY=QUOTE:PRICE counts it."
        ),
        True,
    ),
    "fees_not_kept": (
        (
            "have fees that the file does not keep with its trades: not subtracted, the net "
            "profit is too high by them."
        ),
        True,
    ),
    "side_unknown": (
        (
            "are linked to no position, on a pair whose other trades are, of an account that holds "
            "long and short side by side: booked as long on a spot market, else on their own."
        ),
        True,
    ),
    "twice_otherwise": (
        (
            "have an exchange trade id that their order had before, with another price, amount or "
            "side: only the first was counted."
        ),
        True,
    ),
    "twice": ("have an exchange trade id that their order had before: counted once.", False),
    "no_position": (
        "are linked to no position: booked as one net position of their pair.",
        False,
    ),
    "no_exchange_id": (
        "have no exchange trade id: one that was recorded twice would not be noticed.",
        False,
    ),
    "no_fee": ("have no fee, or a fee of 0: taken as free.", False),
}


@dataclass(slots=True)
class _Count:
    trades: int = 0
    of_period: int = 0
    ids: list[SqliteValue] = field(default_factory=list)


class Remarks:
    """Counts trades by kind."""

    def __init__(self) -> None:
        self._counts: dict[str, _Count] = {}

    def add(self, kind: str, trade: SqliteValue, is_of_period: bool) -> None:
        """Count one trade."""
        count = self._counts.setdefault(kind, _Count())
        count.trades += 1
        count.of_period += is_of_period
        if len(count.ids) < _MOST_IDS:
            count.ids.append(trade)

    def take(self, other: Remarks, kind: str = "") -> None:
        """Count what another has counted as well, all of it as `kind` where one is given."""
        for known, theirs in other._counts.items():
            count = self._counts.setdefault(kind or known, _Count())
            count.trades += theirs.trades
            count.of_period += theirs.of_period
            count.ids.extend(theirs.ids[: _MOST_IDS - len(count.ids)])

    def listed(self) -> tuple[Remark, ...]:
        """Return what was counted, what makes totals incomplete first."""
        return tuple(
            Remark(kind, text, is_incomplete, count.trades, count.of_period, tuple(count.ids))
            for kind, (text, is_incomplete) in KINDS.items()
            if (count := self._counts.get(kind)) is not None
        )
