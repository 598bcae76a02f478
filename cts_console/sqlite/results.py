"""What a query that somebody else wrote answers: its columns, where they come from, its rows."""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import dataclass
from typing import Final

import apsw.ext

from cts_console.errors import CtsError
from cts_console.sqlite.connection import Bindings, Connection, Row
from cts_console.sqlite.splitter import split_statements, without_comments

# Some PRAGMAs act while they are compiled, so that nothing but these words is ever handed over.
_READS: Final = re.compile(r"\s*(SELECT|WITH|VALUES)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """A column of a result."""

    name: str
    """Its name, as SQLite calls it; names may repeat."""
    origin: str | None
    """The column of a table that it shows as it is; None for what is computed
    (https://sqlite.org/c3ref/column_database_name.html)."""
    table: str | None
    """The table of `origin`, which may be a function like `json_each`; None without one."""


@dataclass(frozen=True, slots=True)
class QueryShape:
    """What SQLite says of a query before it runs."""

    columns: tuple[ResultColumn, ...]
    """In the order of the result."""
    columns_read: frozenset[str]
    """The names of all table columns that the query reads anywhere, also to compute or compare."""
    views: frozenset[str]
    """The views that it reads."""


def check_one_query(sql: str) -> str:
    """Return the one SELECT, VALUES or WITH in `sql`, without a semicolon behind it.

    Raises `CtsError("usage")` for everything else.
    """
    try:
        sql.encode()
    except UnicodeEncodeError as error:
        raise _refused("this is no valid text") from error
    if "\0" in sql:
        raise _refused("this holds a NUL character")
    statements = split_statements(sql)
    if len(statements) != 1:
        raise _refused(f"these are {len(statements)}")
    if not _READS.match(without_comments(statements[0].sql)):
        raise _refused("this is another kind of statement")
    return statements[0].sql.removesuffix(";")


def describe_query(connection: Connection, sql: str) -> QueryShape:
    """Compile `sql`, one query (`check_one_query`), and return its shape; nothing runs.

    Raises `CtsError("usage")`, with SQLite's message, for what does not compile on this database
    or would write.
    """
    with connection._translated(foreign_sql=True):
        details = apsw.ext.query_info(connection.raw, sql, actions=True)
    if not details.is_readonly:
        raise _refused("this one writes")
    reads = [one for one in details.actions or () if one.action_name == "SQLITE_READ"]
    selects = [one for one in details.actions or () if one.trigger_or_view]
    columns = tuple(
        ResultColumn(str(name), origin, table)
        for name, _, _, table, origin in details.description_full or ()
    )
    return QueryShape(
        columns=columns,
        columns_read=frozenset(str(one.column_name) for one in reads if one.column_name),
        views=frozenset(str(one.trigger_or_view) for one in selects),
    )


def stream_foreign_rows(
    connection: Connection, sql: str, bindings: Bindings = ()
) -> Generator[Row]:
    """Run a query that somebody else wrote and yield its rows, as `stream_rows` does.

    What fails in it while it runs (a function, malformed JSON) is a `CtsError("usage")`.
    """
    with connection._translated(foreign_sql=True):
        cursor = connection.raw.cursor()
        connection._streams.add(cursor)
        try:
            yield from cursor.execute(sql, bindings)
        finally:
            connection._streams.discard(cursor)
            cursor.close(True)


def _refused(reason: str) -> CtsError:
    return CtsError(
        "usage",
        "Not a query",
        f"A query is one SELECT, VALUES or WITH, which only reads: {reason}.",
        "Give one statement that only reads.",
    )
