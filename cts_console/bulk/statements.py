"""The SQL of bulk operations: names come from the schema and are quoted, values are bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cts_console.bulk.model import OnConflict
from cts_console.bulk.target import Target
from cts_console.sqlite import quote_identifier


@dataclass(frozen=True, slots=True)
class InsertStatement:
    """An INSERT of any number of rows."""

    head: str
    """Everything before the rows."""
    values: str
    """One row."""
    tail: str = ""
    """Everything after them."""

    def sql(self, rows: int) -> str:
        """Return the statement for so many rows."""
        return f"{self.head} VALUES {','.join([self.values] * rows)}{self.tail}"


def insert_statement(target: Target, on_conflict: OnConflict) -> InsertStatement:
    """Return the INSERT of the target's columns.

    The word is always written: without it, a constraint's own ON CONFLICT clause would decide, and
    FAIL or ROLLBACK there would leave half a statement or end the transaction.
    """
    columns = ", ".join(map(quote_identifier, target.columns))
    head = f"INSERT OR {on_conflict.upper()} INTO {_table(target)} ({columns})"
    return InsertStatement(head, _marks(target))


def upsert_statement(target: Target, key: Sequence[str], update: Sequence[str]) -> InsertStatement:
    """Return the INSERT that sets `update` of the row with the same `key` where there is one."""
    columns = ", ".join(map(quote_identifier, target.columns))
    keys = ", ".join(map(quote_identifier, key))
    changes = ", ".join(f"{name} = excluded.{name}" for name in map(quote_identifier, update))
    action = f"UPDATE SET {changes}" if changes else "NOTHING"
    return InsertStatement(
        f"INSERT INTO {_table(target)} ({columns})",
        _marks(target),
        f" ON CONFLICT ({keys}) DO {action}",
    )


def _table(target: Target) -> str:
    return f"main.{quote_identifier(target.table.name)}"


def _marks(target: Target) -> str:
    return f"({','.join('?' * len(target.columns))})"
