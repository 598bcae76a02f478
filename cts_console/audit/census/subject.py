"""A table as the census sees it: whose it is, and what its columns can hold."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from cts_console.audit.rule import AuditContext
from cts_console.audit.trading import SOURCES, Bound, Shape, bound, shape
from cts_console.schema import Column, Table, rowid_name
from cts_console.sqlite import quote_identifier

Affinity = Literal["integer", "real", "numeric", "text", "blob", "none"]

# Relations that no other program has by accident; a table `users` is in every second file.
_OF_TRADING: Final = frozenset(
    {
        "orders",
        "trades",
        "positions",
        "exchange_positions",
        "market_data",
        "archived_market_data",
        "pseudo_positions",
        "trading_pairs",
        "indications",
        "trade_engine_state",
        "preset_trade_engine",
    }
)
# Tables that a virtual table keeps its rows in (https://sqlite.org/vtab.html#xshadowname).
_SHADOWS: Final = (
    "content|segments|segdir|docsize|stat|data|idx|config|node|rowid|parent|chunks|info|rowids"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """One table with rows of its own."""

    table: Table
    """The table."""
    bounds: tuple[Bound, ...]
    """The relations of trading data that it holds."""
    shape: Shape
    """Whose it is: of CTS, of CTS v3.1, or of anybody."""

    @property
    def name(self) -> str:
        """The table's name as SQL."""
        return f"main.{quote_identifier(self.table.name)}"

    @property
    def keys(self) -> tuple[str, ...]:
        """SQL of what names a row: the rowid, or the primary key."""
        rowid = rowid_name(self.table)
        if rowid is not None:
            return (rowid,)
        return tuple(quote_identifier(name) for name in self.table.primary_key)

    @property
    def key_names(self) -> tuple[str, ...]:
        """What evidence calls `keys`."""
        return self.table.primary_key if rowid_name(self.table) is None else ("rowid",)

    def relations(self) -> frozenset[str]:
        """Return the relations of trading data that the table holds."""
        return frozenset(there.source.relation for there in self.bounds)


def read_subjects(context: AuditContext) -> tuple[Subject, ...]:
    """Return the ordinary tables: no virtual ones and their shadows, none of SQLite's own."""
    holders: dict[str, list[Bound]] = defaultdict(list)
    for relation in dict.fromkeys(source.relation for source in SOURCES):
        there = bound(context, relation)
        if there is not None:
            holders[there.table.name].append(there)
    return tuple(
        Subject(table, tuple(holders[table.name]), _shape(context, holders[table.name]))
        for table in ordinary_tables(context)
    )


def ordinary_tables(context: AuditContext) -> Iterator[Table]:
    """Yield the tables whose rows are a person's data."""
    tables = context.schema.tables
    virtual = "|".join(re.escape(table.name) for table in tables if table.virtual)
    shadow = re.compile(rf"(?:{virtual})_(?:{_SHADOWS})", re.IGNORECASE) if virtual else None
    for table in tables:
        if table.virtual or table.is_internal or not table.columns:
            continue
        if shadow is None or not shadow.fullmatch(table.name):
            yield table


def affinity(table: Table, column: Column) -> Affinity:
    """Return how the column treats what is stored (https://sqlite.org/datatype3.html#affname).

    "none" is a column without a type: it keeps every value as it came, as BLOB does, but was not
    declared to hold bytes.
    """
    declared = column.type.upper()
    if not declared or (table.strict and declared == "ANY"):
        return "none"
    if "INT" in declared:
        return "integer"
    if any(word in declared for word in ("CHAR", "CLOB", "TEXT")):
        return "text"
    if "BLOB" in declared:
        return "blob"
    if any(word in declared for word in ("REAL", "FLOA", "DOUB")):
        return "real"
    return "numeric"


def is_rigid(table: Table, column: Column) -> bool:
    """Return whether SQLite itself lets the column hold values of its declared type alone."""
    alias = table.rowid_alias
    if alias is not None and alias.name == column.name:
        return True
    return table.strict and column.type.upper() != "ANY"


def _shape(context: AuditContext, bounds: list[Bound]) -> Shape:
    if context.kind == "cts_legacy":
        # Most of its 32 tables hold no relation, and all of them are its own.
        return "cts_legacy"
    for there in bounds:
        if context.kind == "cts" or there.source.relation in _OF_TRADING:
            whose = shape(there.source)
            if whose != "other":
                return whose
    return "other"
