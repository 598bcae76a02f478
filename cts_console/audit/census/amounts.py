"""Which columns of trading tables must be above zero: what GEN-04 asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cts_console.audit.census.inquiry import LEAST, Inquiry
from cts_console.audit.census.subject import Subject, affinity
from cts_console.audit.rule import AuditContext
from cts_console.schema import Column
from cts_console.sqlite import quote_identifier


@dataclass(frozen=True, slots=True)
class _Names:
    above_zero: frozenset[str] = frozenset()
    """Columns in which zero is as wrong as less."""
    not_below: frozenset[str] = frozenset()
    """Columns in which zero means "nothing" or "none yet"."""


def _names(above_zero: str, not_below: str = "") -> _Names:
    return _Names(frozenset(above_zero.split()), frozenset(not_below.split()))


# By the names that the tables of the field use for them. Spreads, profits, fees and funding may be
# negative and are not here; nor are stops and liquidation prices, where programs disagree.
_OF_RELATION: Final[Mapping[str, _Names]] = {
    "orders": _names("amount", "price average_price average filled remaining cost stop_price"),
    "trades": _names("price amount", "cost"),
    "positions": _names(
        "entry_price exit_price current_price open_rate close_rate volume",
        # A closed position is flat; freqtrade's is 0 until its first order is filled.
        "quantity amount stake_amount",
    ),
    "exchange_positions": _names("", "quantity entry_price mark_price"),
    "pseudo_positions": _names("entry_price current_price quantity volume"),
    "market_data": _names("open high low close price", "volume bid ask high_24h low_24h"),
    "archived_market_data": _names("open high low close price", "volume"),
}
# Tables whose numbers are decimals times 10^6: what was smaller than the last digit became 0.
_SCALED: Final = frozenset({"Order", "TradeFill"})


NEGATIVE: Final = "{b} < 0"
FILLED: Final = "count({c})"
"""How many values are not NULL."""


def not_positive(subject: Subject, column: Column) -> str | None:
    """Return the condition that holds for rows with too small a value; None where any may be."""
    name = column.name.lower()
    for relation in sorted(subject.relations() & _OF_RELATION.keys()):
        names = _OF_RELATION[relation]
        if name in names.above_zero and subject.table.name not in _SCALED:
            return "{b} <= 0"
        if name in names.above_zero | names.not_below:
            return _not_below(subject, relation, name)
    return None


def _not_below(subject: Subject, relation: str, name: str) -> str:
    if (relation, name) != ("orders", "price") or subject.table.name in _SCALED:
        return NEGATIVE
    # A market order has no price of its own, and many programs write 0 for it.
    kind = next(
        (
            other.name
            for other in subject.table.columns
            if other.name.lower() in ("order_type", "type")
        ),
        None,
    )
    if kind is None:
        return NEGATIVE
    return (
        f"({{b}} < 0 OR ({{b}} = 0 AND lower({quote_identifier(kind)}) IN ('limit', 'stop_limit')))"
    )


def is_text(subject: Subject, column: Column) -> bool:
    """Return whether the column turns every number into a text, which compares as a text."""
    return affinity(subject.table, column) == "text"


def _measures(_: AuditContext, subject: Subject, column: Column) -> tuple[str, ...]:
    if not_positive(subject, column) is None:
        return ()
    return (FILLED,) if is_text(subject, column) else (LEAST,)


AMOUNTS: Final = Inquiry(_measures, "the file has no table of orders, trades, positions or prices")
