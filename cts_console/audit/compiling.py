"""Compile the views, triggers and expressions of a file, without running anything of it.

They are compiled in a database in memory in which every table of the file has an empty stand-in:
the same columns, keys and UNIQUE indexes, and nothing else. There triggers can be on, strings in
double quotes are taken as most programs take them, and no row can be met.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from cts_console.errors import CtsError
from cts_console.progress import CancelToken
from cts_console.schema import Column, Schema, Table, Trigger, View, read_tokens
from cts_console.sqlite import (
    Connection,
    open_compiler,
    quote_identifier,
    split_statements,
)

# What SQLite says of something that is not there or does not fit, and whether that is the file's
# own trouble: a function or collation may be one that the file's program brings along.
_MISSING: Final = (
    (re.compile(r"no such table: (?:main\.)?(?P<name>.+)", re.DOTALL), True),
    (re.compile(r"no such column: (?P<name>.+)", re.DOTALL), True),
    (re.compile(r"no such index: (?P<name>.+)", re.DOTALL), True),
    (re.compile(r"table .+ has no column named (?P<name>.+)", re.DOTALL), True),
    (re.compile(r"ambiguous column name: (?P<name>.+)", re.DOTALL), True),
    (re.compile(r"view (?P<name>.+) is circularly defined", re.DOTALL), True),
    (
        re.compile(r"table (?P<name>.+) has \d+ columns but \d+ values were supplied", re.DOTALL),
        True,
    ),
    (re.compile(r"SELECTs to the left and right of (?P<name>.+) do not have .+"), True),
    (re.compile(r"no such function: (?P<name>.+)", re.DOTALL), False),
    (re.compile(r"no such collation sequence: (?P<name>.+)", re.DOTALL), False),
)
_INTERNAL: Final = ("sqlite_sequence", "sqlite_stat1", "sqlite_stat4")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What SQLite said of something that does not compile."""

    message: str
    """SQLite's own words."""
    missing: str
    """What is not there or does not fit; "" where it failed for a reason that proves nothing."""
    is_certain: bool
    """Whether nothing but the file could have brought what is missing."""


class Compiler:
    """Stand-ins for the tables of a schema, and what compiles over them. Use `open_stand_ins`."""

    def __init__(self, connection: Connection, schema: Schema) -> None:
        self._connection = connection
        self._schema = schema
        # Tables without a stand-in, and views that were not made: what fails for want of them
        # proves nothing.
        self._not_made: set[str] = set()
        # Their stand-ins have columns that the tables hide.
        self._virtual = {table.name.lower() for table in schema.tables if table.virtual}
        self._failed: dict[str, Verdict] = {}
        self._make_tables()
        self._make_views()

    def compile_view(self, view: View) -> Verdict | None:
        """Return why `view` does not compile, or None."""
        failed = self._failed.get(view.name.lower())
        if failed is not None:
            return failed
        return self._compile(f"SELECT * FROM main.{quote_identifier(view.name)}", view.sql)

    def compile_trigger(self, trigger: Trigger) -> Verdict | None:
        """Return why `trigger` does not compile, or None."""
        names = self._columns_of(trigger.table)
        if names is None:
            return Verdict(f"{trigger.table} has no stand-in", "", is_certain=False)
        table = f"main.{quote_identifier(trigger.table)}"
        assignments = ", ".join(f"{quote_identifier(n)} = {quote_identifier(n)}" for n in names)
        verdict = self._make(trigger.sql, "TRIGGER")
        if verdict is not None:
            return verdict
        try:
            # Whatever it waits for is one of these; the others compile without it.
            for sql in (
                f"INSERT INTO {table} DEFAULT VALUES",
                f"DELETE FROM {table}",
                f"UPDATE {table} SET {assignments}",
            ):
                verdict = self._compile(sql, trigger.sql)
                if verdict is not None and "because it is a view" not in verdict.message:
                    return verdict
            return None
        finally:
            # One trigger must not be blamed for another.
            self._connection.execute(f"DROP TRIGGER IF EXISTS {quote_identifier(trigger.name)}")

    def compile_expression(self, table: Table, expression: str) -> Verdict | None:
        """Return why an expression over the columns of `table` does not compile, or None."""
        sql = f"SELECT ({expression}) FROM main.{quote_identifier(table.name)}"
        return self._compile(sql, expression)

    def _make_tables(self) -> None:
        for table in self._schema.tables:
            if table.is_internal:
                continue
            try:
                self._connection.execute_foreign(_stand_in(table))
            except CtsError as error:
                _raise_if_ended(error)
                self._not_made.add(table.name.lower())
        there = {table.name.lower() for table in self._schema.tables}
        if "sqlite_sequence" in there:
            self._connection.execute(
                "CREATE TABLE a (i INTEGER PRIMARY KEY AUTOINCREMENT); DROP TABLE a"
            )
        if there & set(_INTERNAL[1:]):
            self._connection.execute("ANALYZE")

    def _make_views(self) -> None:
        for view in self._schema.views:
            verdict = self._make(view.sql, "VIEW")
            if verdict is not None:
                self._failed[view.name.lower()] = verdict
                self._not_made.add(view.name.lower())

    def _make(self, sql: str, kind: str) -> Verdict | None:
        """Run one CREATE statement of the file, which only puts it into the schema in memory."""
        statements = split_statements(sql)
        words = read_tokens(statements[0].sql)[:2] if statements else []
        if len(words) < 2 or not words[0].is_word("CREATE") or not words[1].is_word(kind):
            return Verdict(f"its text is no CREATE {kind}", "", is_certain=False)
        try:
            self._connection.execute_foreign(statements[0].sql)
        except CtsError as error:
            return self._verdict(error, sql)
        return None

    def _compile(self, sql: str, origin: str) -> Verdict | None:
        if len(split_statements(sql)) != 1:
            return Verdict("its text is more than one statement", "", is_certain=False)
        try:
            self._connection.execute_foreign(f"EXPLAIN {sql}")
        except CtsError as error:
            return self._verdict(error, origin)
        return None

    def _verdict(self, error: CtsError, origin: str) -> Verdict:
        _raise_if_ended(error)
        message = error.message.removeprefix(f"{self._connection.path}: ").removesuffix(".")
        for pattern, is_certain in _MISSING:
            match = pattern.fullmatch(message)
            if match is None:
                continue
            name = match["name"]
            uncounted = self._virtual if "values were supplied" in message else set()
            if name.lower() in self._not_made | uncounted:
                return Verdict(message, "", is_certain=False)
            return Verdict(message, name, is_certain and not _is_called(origin, name))
        return Verdict(message, "", is_certain=False)

    def _columns_of(self, name: str) -> tuple[str, ...] | None:
        """Return the columns of a table or view by its stand-in; None where it has none."""
        if name.lower() in self._not_made:
            return None
        try:
            rows = self._connection.read_rows("SELECT name FROM temp.pragma_table_info(?)", (name,))
        except CtsError as error:
            _raise_if_ended(error)
            return None
        return tuple(str(row[0]) for row in rows) or None


@contextmanager
def open_stand_ins(schema: Schema, *, cancel: CancelToken, timeout_s: float) -> Iterator[Compiler]:
    """Yield a compiler over stand-ins of the tables of `schema`.

    All that it does ends with `CtsError`: cancelled, timeout.
    """
    with (
        open_compiler() as connection,
        connection.guard(cancel=cancel, timeout_s=timeout_s),
    ):
        yield Compiler(connection, schema)


def _stand_in(table: Table) -> str:
    parts = [_stand_in_column(column) for column in table.columns]
    if table.primary_key:
        parts.append(f"PRIMARY KEY ({_listed(table.primary_key)})")
    for index in table.indexes:
        names = tuple(key.column for key in index.keys if key.column is not None)
        if index.unique and not index.partial and len(names) == len(index.keys):
            parts.append(f"UNIQUE ({_listed(names)})")
    without_rowid = " WITHOUT ROWID" if table.without_rowid else ""
    return f"CREATE TABLE {quote_identifier(table.name)} ({', '.join(parts)}){without_rowid}"


def _stand_in_column(column: Column) -> str:
    name = quote_identifier(column.name)
    if column.generated:
        # What it computes is compiled by itself.
        return f"{name} AS (NULL)"
    # INTEGER, because it makes a primary key the rowid's other name.
    return f"{name} INTEGER" if column.type.upper() == "INTEGER" else name


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(quote_identifier(name) for name in names)


def _is_called(sql: str, name: str) -> bool:
    """Return whether the text uses `name` as a function: a table of a program's own module."""
    tokens = read_tokens(sql)
    return any(
        token.value.lower() == name.lower() and after.text == "("
        for token, after in pairwise(tokens)
        if token.kind in ("word", "name")
    )


def _raise_if_ended(error: CtsError) -> None:
    """Raise what ends the work as a whole."""
    if error.code in ("cancelled", "timeout"):
        raise error
