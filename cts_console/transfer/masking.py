"""Which values of a result may be secrets, by the names of the columns that they come from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cts_console.schema.secret_names import NOT_SHOWN, looks_secret
from cts_console.sqlite import Connection, Row, SqliteValue
from cts_console.sqlite.results import QueryShape

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
    named = {
        number
        for number, column in enumerate(shape.columns)
        if column.origin is not None and (looks_secret(column.name) or looks_secret(column.origin))
    }
    computed = {
        number
        for number, column in enumerate(shape.columns)
        if column.origin is None and looks_secret(column.name)
    }
    if any(map(looks_secret, shape.columns_read)):
        texts = [sql, *_view_texts(connection, shape.views)]
        is_compound = any(map(_COMPOUND.search, texts))
        computed |= {
            number
            for number, column in enumerate(shape.columns)
            if (is_compound or column.origin is None) and number not in named
        }
    names = tuple(column.name for column in shape.columns)
    return Mask(frozenset(named), frozenset(computed), names)


def _view_texts(connection: Connection, views: frozenset[str]) -> Sequence[str]:
    if not views:
        return ()
    rows = connection.read_schema_rows("SELECT sql FROM sqlite_schema WHERE type = 'view'")
    return [str(sql) for (sql,) in rows]
