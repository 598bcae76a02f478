"""The SQL of bulk operations: names come from the schema and are quoted, values are bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from cts_console.bulk.model import OnConflict, usage
from cts_console.bulk.target import Target
from cts_console.schema import read_tokens
from cts_console.sqlite import quote_identifier, without_comments


class RowStatement(Protocol):
    """A statement that writes rows, each bound in the order of the target's columns."""

    def sql(self, rows: int) -> str:
        """Return the statement for so many rows."""


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


@dataclass(frozen=True, slots=True)
class KeyedUpdate:
    """An UPDATE of the one row that has the key."""

    text: str
    """The statement; it binds by number, so that a row is bound as it comes."""

    def sql(self, rows: int) -> str:
        """Return the statement; it takes one row."""
        if rows != 1:
            raise ValueError("an UPDATE by key takes one row")
        return self.text

    @staticmethod
    def of(target: Target) -> KeyedUpdate:
        """Return the UPDATE of the target's columns that are not its primary key.

        Raises `CtsError("usage")` where the columns do not hold the whole key, or nothing else.
        """
        keys = target.table.primary_key
        missing = [name for name in keys if name not in target.columns]
        if not keys or missing:
            raise usage(
                "No key",
                f"{target.table.name} has no primary key."
                if not keys
                else f"The rows do not name {', '.join(missing)}, its primary key.",
                "Name the key in every row, or change rows by a condition.",
            )
        numbers = {name: number for number, name in enumerate(target.columns, 1)}
        changes = [name for name in target.columns if name not in keys]
        if not changes:
            raise usage("Nothing to change", f"The rows name the key of {target.table.name} alone.")
        sets = ", ".join(f"{quote_identifier(name)} = ?{numbers[name]}" for name in changes)
        which = " AND ".join(f"{quote_identifier(name)} = ?{numbers[name]}" for name in keys)
        return KeyedUpdate(f"UPDATE OR ABORT {_table(target)} SET {sets} WHERE {which}")


def condition_sql(where: str | None) -> str:
    """Return the WHERE clause of a condition that a person or a program wrote.

    Raises `CtsError("usage")` for none, and for text that is more than one condition.
    """
    text = without_comments(where or "").strip()
    if not text:
        raise usage(
            "No condition",
            "Without a condition every row would be changed.",
            'Where that is meant, say it: where="1".',
        )
    depth = 0
    for token in read_tokens(text):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.text == ";" or depth < 0:
            raise usage("Not a condition", f"{where!r} is more than one condition.")
    return f" WHERE ({text})"


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
