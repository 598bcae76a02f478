"""The table that a bulk operation writes to: what its schema says about writing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cts_console.bulk.model import usage
from cts_console.errors import CtsError
from cts_console.schema import Index, Table, read_schema
from cts_console.sqlite import Connection, quote_identifier

_BUILT_IN_COLLATIONS: Final = ("BINARY", "NOCASE", "RTRIM")


@dataclass(frozen=True, slots=True)
class Target:
    """A table and the columns of it that are written."""

    table: Table
    """The table."""
    columns: tuple[str, ...]
    """The columns to write, as the schema spells them, in the input's order."""
    has_triggers: bool
    """Whether any trigger watches it."""

    @property
    def droppable_indexes(self) -> tuple[Index, ...]:
        """Indexes that only speed reading up and that can surely be built again.

        A unique one refuses rows one by one; an expression or a WHERE may call what cannot be used
        in an index any more, or a function of another program.
        """
        return tuple(index for index in self.table.indexes if _can_be_rebuilt(index))

    def holds_more_than(self, connection: Connection, rows: int) -> bool:
        """Return whether the table has more than `rows` rows; reads no more than that."""
        name = quote_identifier(self.table.name)
        counted = connection.read_int(
            f"SELECT count(*) FROM (SELECT 1 FROM main.{name} LIMIT {rows + 1})"
        )
        return counted > rows


def _can_be_rebuilt(index: Index) -> bool:
    return (
        index.origin == "c"
        and index.sql is not None
        and not index.unique
        and not index.partial
        and all(key.column is not None for key in index.keys)
        and all(key.collation.upper() in _BUILT_IN_COLLATIONS for key in index.keys)
    )


def read_target(connection: Connection, name: str, columns: Sequence[str] | None) -> Target:
    """Return the table `name` as the target of a write of `columns` (None: all that can be set).

    Raises `CtsError`: usage for an unknown table or column, a repeated one, a generated one, a
    table of SQLite's own or of a module; read_only on a connection that may not write.
    """
    if connection.profile != "read_write":
        raise CtsError(
            "read_only",
            "Opened for reading only",
            f"{connection.path} was opened read-only.",
            "Open it for writing.",
        )
    schema = read_schema(connection)
    table = schema.tables_by_name().get(name.lower())
    if table is None:
        raise usage("No such table", f"{connection.path} has no table {name!r}.")
    if table.is_internal or table.virtual:
        what = "a virtual table" if table.virtual else "SQLite's own"
        raise usage("Not a table for rows", f"{table.name} is {what}.", "Name an ordinary table.")
    return Target(
        table=table,
        columns=_settable(table, columns),
        has_triggers=any(row.table.lower() == table.name.lower() for row in schema.triggers),
    )


def _settable(table: Table, names: Sequence[str] | None) -> tuple[str, ...]:
    known = {c.name.lower(): c for c in table.columns if not c.hidden}
    if names is None:
        return tuple(c.name for c in known.values() if not c.generated)
    chosen = []
    for name in names:
        column = known.get(str(name).lower())
        if column is None:
            raise usage(
                "No such column",
                f"{table.name} has no column {name!r}.",
                f"It has {', '.join(c.name for c in known.values())}.",
            )
        if column.generated:
            raise usage(
                "A computed column", f"{table.name}.{column.name} is computed, not written."
            )
        if column.name in chosen:
            raise usage("A column twice", f"{table.name}.{column.name} is named twice.")
        chosen.append(column.name)
    if not chosen:
        raise usage("No columns", f"No column of {table.name} is to be written.")
    return tuple(chosen)
