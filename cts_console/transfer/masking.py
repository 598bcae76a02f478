"""Which values of a result may be secrets, by the names of the columns that they come from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cts_console.schema.secret_names import NOT_SHOWN, looks_secret
from cts_console.sqlite import Connection, Row, SqliteValue
from cts_console.sqlite.results import QueryShape

# https://sqlite.org/pragma.html#pragma_table_xinfo
_GENERATED: Final = (2, 3)
_COMPOUND: Final = re.compile(r"\b(UNION|EXCEPT|INTERSECT)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mask:
    """The columns of which values are not shown."""

    named: frozenset[int]
    """Columns of a table that are called like a secret, there or here: no value is shown."""
    computed: frozenset[int]
    """Columns that may be computed from a secret: no text and no BLOB is shown. A number is no
    secret."""
    columns: tuple[str, ...]
    """The names of all columns."""

    @property
    def hides(self) -> bool:
        """Whether anything is hidden."""
        return bool(self.named or self.computed)

    def apply(self, row: Row) -> Row:
        """Return the row with nothing secret in it."""
        return tuple([self._shown(number, value) for number, value in enumerate(row)])

    def notes(self) -> list[str]:
        """Return what is hidden, for the person."""
        return [
            f"Not shown, since {why}: {', '.join(self.columns[n] for n in sorted(which))}."
            for which, why in (
                (self.named, "the column may hold a secret"),
                (self.computed, "its text may be computed from a column that may hold a secret"),
            )
            if which
        ]

    def _shown(self, number: int, value: SqliteValue) -> SqliteValue:
        if value is None:
            return None
        is_hidden = number in self.named or (
            number in self.computed and isinstance(value, str | bytes)
        )
        return NOT_SHOWN if is_hidden else value


def read_mask(connection: Connection, sql: str, shape: QueryShape) -> Mask:
    """Return what of the result of `sql` may be secret.

    SQLite traces a column to its table through views and subqueries, but not what is computed, and
    of a UNION only one side: such text is hidden wherever the query reads a secret at all.
    """
    traced = _traced(connection, shape)
    reads_secrets = any(map(looks_secret, shape.columns_read))
    mixes = reads_secrets and any(
        map(_COMPOUND.search, [sql, *_view_texts(connection, shape.views)])
    )
    named, computed = set[int](), set[int]()
    for number, column in enumerate(shape.columns):
        is_secret = looks_secret(column.name) or looks_secret(column.origin or "")
        if is_secret and number in traced:
            named.add(number)
        elif is_secret or mixes or (reads_secrets and number not in traced) or traced.get(number):
            computed.add(number)
    names = tuple(column.name for column in shape.columns)
    return Mask(frozenset(named), frozenset(computed), names)


def _traced(connection: Connection, shape: QueryShape) -> dict[int, bool]:
    """Return the columns that show one of a table as it is, and whether that one is generated from
    others among which a secret is.
    """
    generated: dict[str, frozenset[str] | None] = {}
    found: dict[int, bool] = {}
    for number, column in enumerate(shape.columns):
        if column.origin is None or column.table is None:
            continue
        if column.table not in generated:
            generated[column.table] = _generated_beside_secrets(connection, column.table)
        names = generated[column.table]
        if names is not None:
            found[number] = column.origin in names
    return found


def _generated_beside_secrets(connection: Connection, table: str) -> frozenset[str] | None:
    """Return the generated columns of a table with secrets; None for what keeps no rows itself."""
    is_stored = connection.read_schema_rows(
        "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ? AND rootpage > 0", (table,)
    )
    if not is_stored:
        return None
    columns = connection.read_schema_rows(
        "SELECT name, hidden FROM temp.pragma_table_xinfo(?)", (table,)
    )
    if not any(looks_secret(str(name)) for name, _ in columns):
        return frozenset()
    return frozenset(str(name) for name, hidden in columns if hidden in _GENERATED)


def _view_texts(connection: Connection, views: frozenset[str]) -> Sequence[str]:
    if not views:
        return ()
    rows = connection.read_schema_rows("SELECT sql FROM sqlite_schema WHERE type = 'view'")
    return [str(sql) for (sql,) in rows]
