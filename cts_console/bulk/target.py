"""The table that a bulk operation writes to: what its schema says about writing it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

from cts_console.bulk.model import usage
from cts_console.errors import CtsError
from cts_console.schema import Index, Schema, Table, read_schema
from cts_console.sqlite import Connection, quote_identifier, savepoint, transaction
from cts_console.sqlite.inspection import read_foreign_rows

BUILT_IN_COLLATIONS: Final = ("BINARY", "NOCASE", "RTRIM")
# On the long side, for the gate: a row, its place in one index, and the work of triggers.
_S_PER_ROW: Final = 10e-6
_S_PER_INDEX: Final = 3e-6
_S_PER_TRIGGERED_ROW: Final = 50e-6

_schemas: Final[WeakKeyDictionary[Connection, Schema]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Target:
    """A table and the columns of it that are written."""

    table: Table
    """The table."""
    columns: tuple[str, ...]
    """The columns to write, as the schema spells them, in the input's order."""
    has_triggers: bool
    """Whether any trigger watches it."""
    cookie: int
    """`PRAGMA schema_version` when this was read."""

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
        # The table may be gone since the schema was read.
        ((counted,),) = read_foreign_rows(
            connection, f"SELECT count(*) FROM (SELECT 1 FROM main.{name} LIMIT {rows + 1})"
        )
        return int(str(counted)) > rows


@contextmanager
def target_transaction(connection: Connection, target: Target) -> Iterator[None]:
    """Run the block as one transaction, or as a part of the caller's, on the table that was read.

    Raises `CtsError`: usage where the schema has changed since, and what `transaction` raises.
    """
    opened = savepoint if connection.in_transaction else transaction
    with opened(connection):
        if connection.read_int("PRAGMA schema_version") != target.cookie:
            raise usage(
                "The schema changed meanwhile",
                f"{connection.path}: the schema was changed after {target.table.name} was looked "
                "at; nothing was written.",
                "Try again.",
            )
        yield


def estimate_row_s(target: Target) -> float:
    """Return for about how many seconds writing one row would hold the lock."""
    seconds = _S_PER_ROW + len(target.table.indexes) * _S_PER_INDEX
    return seconds + (_S_PER_TRIGGERED_ROW if target.has_triggers else 0.0)


def _can_be_rebuilt(index: Index) -> bool:
    return (
        index.origin == "c"
        and index.sql is not None
        and not index.unique
        and not index.partial
        and all(key.column is not None for key in index.keys)
        and all(key.collation.upper() in BUILT_IN_COLLATIONS for key in index.keys)
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
    schema = _read_schema(connection)
    table = schema.tables_by_name().get(name.lower())
    if table is None:
        raise usage("No such table", f"{connection.path} has no table {name!r}.")
    if table.is_internal or table.virtual:
        what = "a virtual table" if table.virtual else "SQLite's own"
        raise usage("Not a table for rows", f"{table.name} is {what}.", "Name an ordinary table.")
    return Target(
        table=table,
        columns=_settable(table, columns),
        cookie=schema.cookie,
        has_triggers=any(row.table.lower() == table.name.lower() for row in schema.triggers),
    )


def _read_schema(connection: Connection) -> Schema:
    """Return the schema, read once as long as it stays the same: 20 ms of a CTS database."""
    if connection.in_transaction:
        # What is rolled back gives its cookie to the next change.
        return read_schema(connection)
    kept = _schemas.get(connection)
    if kept is None or kept.cookie != connection.read_int("PRAGMA schema_version"):
        kept = _schemas[connection] = read_schema(connection)
    return kept


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
