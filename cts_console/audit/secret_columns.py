"""The columns that are named like a secret, and which of their rows hold one. Read once for all.

The values are looked at one by one and forgotten: only the row, and about how long the value is,
are kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from cts_console.audit.finding import MOST_EVIDENCE_ROWS
from cts_console.audit.reading import Part, Reading
from cts_console.audit.rule import AuditContext
from cts_console.audit.secrets import (
    LONGEST_LOOKED_AT,
    ValueKind,
    is_secret_name,
    length_class,
    value_kind,
)
from cts_console.schema import Column, Table, rowid_name
from cts_console.sqlite import Row, quote_identifier

MOST_ROWS: Final = 10_000
"""Rows of a table that are looked at; a deep audit looks at so many that hold anything."""


@dataclass(slots=True)
class SecretColumn:
    """What one column named like a secret holds."""

    name: str
    """The column's name."""
    kinds: Counter[ValueKind] = field(default_factory=Counter)
    """How many rows hold which kind of value."""
    rows: list[Row] = field(default_factory=list)
    """The first rows with a secret: the row's number and the class of the value's length."""


@dataclass(frozen=True, slots=True)
class SecretTable:
    """What the columns of one table hold."""

    table: Table
    """The table."""
    columns: tuple[SecretColumn, ...]
    """Its columns that are named like a secret."""
    left_out: str = ""
    """What was not looked at, and why; "" for nothing."""


def secret_columns(table: Table) -> list[Column]:
    """Return the columns whose name says that they hold a secret."""
    # To read a virtual generated column is to run an expression of the file.
    return [
        column
        for column in table.columns
        if is_secret_name(column.name) and column.generated != "virtual" and not column.hidden
    ]


def row_name(table: Table) -> str:
    """Return what the number is called by which evidence names a row of `table`."""
    if rowid_name(table) is None:
        return "row"
    return table.rowid_alias.name if table.rowid_alias else "rowid"


def _plan(context: AuditContext) -> Sequence[Part[SecretTable]]:
    return [
        Part(table.name, 1.0, partial(_read, table=table))
        for table in (context.known_schema.tables if context.known_schema else ())
        if secret_columns(table)
    ]


def _read(context: AuditContext, table: Table) -> SecretTable:
    columns = [SecretColumn(column.name) for column in secret_columns(table)]
    if table.virtual:
        return SecretTable(table, tuple(columns), f"{table.name}: a virtual table is not read")
    rowid, left_out = rowid_name(table), ""
    rows = context.connection.stream_rows(_query(context, table, rowid, columns))
    try:
        for number, (row, *values) in enumerate(rows, 1):
            if number > MOST_ROWS:
                left_out = f"{table.name}: the first {MOST_ROWS:,} rows were looked at"
                break
            for column, value in zip(columns, values, strict=True):
                kind = value_kind(column.name, value)
                column.kinds[kind] += 1
                if kind == "secret" and len(column.rows) < MOST_EVIDENCE_ROWS:
                    size = length_class(value) if isinstance(value, str | bytes) else ""
                    column.rows.append((number if rowid is None else row, size))
    except UnicodeDecodeError:
        left_out = f"{table.name}: holds text that is no valid UTF-8"
    return SecretTable(table, tuple(columns), left_out)


def _query(
    context: AuditContext, table: Table, rowid: str | None, columns: list[SecretColumn]
) -> str:
    names = [quote_identifier(column.name) for column in columns]
    # A number is no secret, and substr() would make text of it.
    values = ", ".join(
        f"CASE WHEN typeof({name}) IN ('text', 'blob') THEN substr({name}, 1, {LONGEST_LOOKED_AT}) "
        f"ELSE {name} END"
        for name in names
    )
    head = f"SELECT {rowid or 'NULL'}, {values} FROM main.{quote_identifier(table.name)}"
    if context.profile != "deep":
        return f"{head} LIMIT {MOST_ROWS + 1}"
    filled = " OR ".join(f"{name} <> ''" for name in names)
    return f"{head} WHERE {filled} LIMIT {MOST_ROWS + 1}"


SECRET_COLUMNS: Final[Reading[SecretTable]] = Reading("columns named like a secret", _plan)
