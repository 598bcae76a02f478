"""Which column of a file goes into which column of a table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cts_console.schema import Column, Table
from cts_console.transfer.model import usage

_NOT_A_LETTER: Final = re.compile(r"[^0-9a-z]+")
# Each row: names that mean the same; without case, blanks and underscores.
_SYNONYMS: Final[tuple[frozenset[str], ...]] = (
    frozenset(
        [
            "time",
            "timestamp",
            "date",
            "datetime",
            "opentime",
            "at",
            "ts",
            "unix",
            "unixtime",
            "openat",
            "start",
            "starttime",
        ]
    ),
    frozenset(("open", "o", "openprice")),
    frozenset(("high", "h", "highprice", "max")),
    frozenset(("low", "l", "lowprice", "min")),
    frozenset(("close", "c", "closeprice", "last")),
    frozenset(("volume", "vol", "v", "basevolume", "volumebase")),
    frozenset(("tradecount", "trades", "numberoftrades", "count", "tradescount")),
    frozenset(("timeframe", "interval", "resolution", "period")),
    frozenset(("symbol", "pair", "market", "instrument", "ticker")),
    frozenset(("amount", "qty", "quantity", "size")),
    frozenset(("executedat", "tradetime", "executiontime")),
)
PRICES: Final = ("open", "high", "low", "close")


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """What goes where."""

    pairs: dict[str, str]
    """Column of the file to column of the table, both as they are spelled there."""
    left_out: tuple[str, ...]
    """Columns of the file that go nowhere."""


def plain_name(name: str) -> str:
    """Return a name without case, blanks and underscores."""
    return _NOT_A_LETTER.sub("", name.lower())


def propose_mapping(columns: Sequence[str], table: Table) -> dict[str, str]:
    """Return which columns of a file map by themselves onto which columns of `table`.

    By equal names, then without case, blanks and underscores, then by words that mean the same.
    No column of the table is taken twice.
    """
    free = {c.name: plain_name(c.name) for c in settable(table)}
    pairs: dict[str, str] = {}
    for same in (_equal, _alike, _synonymous):
        for name in columns:
            if name in pairs:
                continue
            target = next((t for t, plain in free.items() if same(name, t, plain)), None)
            if target is not None:
                pairs[name] = target
                del free[target]
    return pairs


def choose_mapping(
    columns: Sequence[str],
    table: Table,
    ordered: Mapping[str, str] | None,
    constants: Mapping[str, str],
) -> ColumnMapping:
    """Return the proposal with what is `ordered` in its place.

    Raises `CtsError("usage")` for unknown columns on either side, and two for one target.
    """
    orders = {
        _find_source(name, columns): _find_target(target, table) if target else ""
        for name, target in (ordered or {}).items()
    }
    fixed = {_find_target(name, table) for name in constants}
    taken = {*orders.values(), *fixed}
    proposed = {
        name: target
        for name, target in propose_mapping([c for c in columns if c not in orders], table).items()
        if target not in taken
    }
    pairs = {name: orders.get(name) or proposed.get(name, "") for name in columns}
    targets = [target for target in (*pairs.values(), *fixed) if target]
    twice = next((target for target in targets if targets.count(target) > 1), None)
    if twice is not None:
        raise usage("One column twice", f"{table.name}.{twice} would be filled twice.")
    return ColumnMapping(
        {name: target for name, target in pairs.items() if target},
        tuple(name for name, target in pairs.items() if not target),
    )


def is_candles(table: Table) -> bool:
    """Return whether `table` holds candles as `market_data` of a CTS database does."""
    names = {column.name.lower() for column in table.columns}
    return names.issuperset((*PRICES, "volume", "open_time", "timeframe", "trading_pair_id"))


def settable(table: Table) -> list[Column]:
    """Return the columns that can be written."""
    return [column for column in table.columns if not column.hidden and not column.generated]


def check_required(table: Table, given: Sequence[str]) -> None:
    """Raise `CtsError("usage")` where a column that must have a value gets none."""
    rowid = table.rowid_alias
    missing = [
        column.name
        for column in settable(table)
        if column.not_null
        and column.default is None
        and column.name not in given
        and column is not rowid
    ]
    if missing:
        raise usage(
            "Columns without a value",
            f"{table.name} needs {', '.join(missing)}, which the file does not have.",
            "Give one value for all rows ("
            + " ".join(f"--set {n}=…" for n in missing)
            + "), or name the columns of the file (--map).",
        )


def _equal(name: str, target: str, _plain: str) -> bool:
    return name.lower() == target.lower()


def _alike(name: str, _target: str, plain: str) -> bool:
    return plain_name(name) == plain


def _synonymous(name: str, _target: str, plain: str) -> bool:
    own = plain_name(name)
    return any(own in words and plain in words for words in _SYNONYMS)


def _find_source(name: str, columns: Sequence[str]) -> str:
    for same in (str, str.lower):
        for column in columns:
            if same(column) == same(name):
                return column
    raise usage(
        "No such column in the file",
        f"The file has no column {name!r}.",
        f"It has {', '.join(columns)}.",
    )


def _find_target(name: str, table: Table) -> str:
    for column in settable(table):
        if column.name.lower() == name.lower():
            return column.name
    raise usage(
        "No such column",
        f"{table.name} has no column {name!r} that can be written.",
        f"It has {', '.join(column.name for column in settable(table))}.",
    )
