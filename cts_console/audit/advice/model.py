"""A private copy of schema and statistics, without a row, in which indexes can be tried.

Nothing of the file runs here: no trigger is copied, CHECKs and defaults are never reached because
no row is ever written, and a virtual table, whose module would have to be started, stays out.
What does not compile here (a collation or function that only the file's own program has) is left
out too, and the model says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from cts_console.audit.rule import AuditContext
from cts_console.errors import CtsError
from cts_console.schema import Schema, Table
from cts_console.sqlite import Connection, Row, open_schema_copy, split_statements
from cts_console.sqlite.inspection import read_foreign_rows

# The text of a schema is whatever somebody wrote there.
_CREATE: Final = re.compile(r"CREATE (TABLE|VIEW|(UNIQUE )?INDEX)\b", re.IGNORECASE)
# Far more than any schema needs, and loaded in milliseconds.
_MOST_STATISTICS: Final = 20_000
_READ_STAT1: Final = f"""
    SELECT tbl, idx, stat FROM main.sqlite_stat1
    WHERE typeof(tbl) = 'text' AND typeof(stat) = 'text' LIMIT {_MOST_STATISTICS}
"""
_READ_STAT4: Final = f"""
    SELECT tbl, idx, neq, nlt, ndlt, sample FROM main.sqlite_stat4
    WHERE typeof(tbl) = 'text' AND typeof(idx) = 'text' LIMIT {_MOST_STATISTICS}
"""


@dataclass(frozen=True, slots=True)
class Model:
    """The copy, in memory."""

    connection: Connection
    """Its connection; what is tried there is rolled back."""
    tables: dict[str, Table] = field(default_factory=dict)
    """The tables that were copied, by their name in lower case."""
    left_out: dict[str, str] = field(default_factory=dict)
    """Tables, by their name in lower case, that are not copied or lack an index, and why."""

    @contextmanager
    def trial(self) -> Iterator[None]:
        """Undo all that the block does to the copy."""
        self.connection.execute("SAVEPOINT trial")
        try:
            yield
        finally:
            self.connection.roll_back("ROLLBACK TO trial; RELEASE trial")

    def add_statistics(self, rows: Sequence[Row]) -> None:
        """Add rows of `sqlite_stat1` and let the planner look at them."""
        self.connection.execute_many("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", rows)
        self.connection.execute("ANALYZE sqlite_schema")

    def drop_statistics(self, table: str) -> None:
        """Forget the statistics of a table."""
        for kept in ("sqlite_stat1", "sqlite_stat4"):
            self.connection.execute(f"DELETE FROM {kept} WHERE tbl = ?", (table,))


@contextmanager
def open_model(context: AuditContext, objects: frozenset[str]) -> Iterator[Model]:
    """Copy the tables and views of `objects` (names in lower case), without statistics.

    Raises `CtsError`: cancelled, timeout.
    """
    with (
        open_schema_copy() as connection,
        connection.guard(cancel=context.cancel, timeout_s=context.rule_timeout_s),
    ):
        model = Model(connection)
        _copy_schema(model, context.schema, objects)
        # Makes the tables that hold statistics.
        connection.execute("ANALYZE")
        yield model


def load_statistics(model: Model, context: AuditContext) -> None:
    """Give the planner of the copy what ANALYZE last saw in the file."""
    stat1 = _read_statistics(context.connection, _READ_STAT1)
    stat4 = _read_statistics(context.connection, _READ_STAT4)
    model.connection.execute_many(
        "INSERT INTO sqlite_stat4 VALUES (?, ?, ?, ?, ?, ?)",
        [row for row in stat4 if str(row[0]).lower() in model.tables],
    )
    model.add_statistics([row for row in stat1 if str(row[0]).lower() in model.tables])


def _copy_schema(model: Model, schema: Schema, objects: frozenset[str]) -> None:
    for table in schema.tables:
        name = table.name.lower()
        if name not in objects or table.is_internal:
            continue
        problem = "it is a virtual table" if table.virtual else _create(model, table.sql)
        if problem:
            model.left_out[name] = f"{table.name} is not copied: {problem}"
            continue
        model.tables[name] = table
        for index in table.indexes:
            problem = _create(model, index.sql) if index.sql else ""
            if problem:
                model.left_out[name] = f"index {index.name} is not copied: {problem}"
    for view in schema.views:
        # Creating a view compiles nothing of it.
        if view.name.lower() in objects:
            _create(model, view.sql)


def _create(model: Model, sql: str) -> str:
    """Create an object and return "", or why that is not possible."""
    statements = split_statements(sql)
    if not statements or not _CREATE.match(statements[0].sql):
        return "its text creates something else"
    try:
        model.connection.execute_foreign(statements[0].sql)
    except CtsError as error:
        if error.code in ("cancelled", "timeout"):
            raise
        return error.message.removeprefix(":memory:: ").removesuffix(".")
    return ""


def _read_statistics(connection: Connection, sql: str) -> list[Row]:
    try:
        return read_foreign_rows(connection, sql)
    except CtsError as error:
        # `usage`: there are no statistics, or they have another shape.
        if error.code != "usage":
            raise
        return []
