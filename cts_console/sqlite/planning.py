"""What SQLite would do for a query that somebody else wrote: it is compiled and never run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import apsw
import apsw.ext

from cts_console.errors import CtsError
from cts_console.sqlite.connection import Connection
from cts_console.sqlite.splitter import split_statements, without_comments

# Some PRAGMAs act while they are compiled, so that nothing but these words is ever handed over.
_QUERY: Final = re.compile(r"\s*(SELECT|WITH|VALUES|INSERT|REPLACE|UPDATE|DELETE)\b", re.IGNORECASE)
_TOUCHING: Final = ("SQLITE_READ", "SQLITE_INSERT", "SQLITE_UPDATE", "SQLITE_DELETE")


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """What SQLite says of a query without running it."""

    steps: tuple[str, ...]
    """The query plan, one line per step (https://sqlite.org/eqp.html)."""
    objects: frozenset[str]
    """The tables and views that it reads or changes, in lower case."""


def compile_query(connection: Connection, sql: str) -> CompiledQuery:
    """Compile `sql`, one SELECT, VALUES, INSERT, REPLACE, UPDATE or DELETE, and return its plan.

    Parameters stay unbound. Raises `CtsError("usage")`, with SQLite's message, for what is no such
    statement or does not compile on this database.
    """
    _check_kind(sql)
    with connection._translated(foreign_sql=True):
        details = apsw.ext.query_info(connection.raw, sql, actions=True, explain_query_plan=True)
    names = {
        name.lower()
        for action in details.actions or ()
        for name in (action.table_name, action.trigger_or_view)
        if name and action.action_name in _TOUCHING
    }
    plan = details.query_plan
    return CompiledQuery(tuple(_steps(plan)) if plan is not None else (), frozenset(names))


def _check_kind(sql: str) -> None:
    """Refuse what is not one statement that reads or changes rows."""
    try:
        sql.encode()
    except UnicodeEncodeError as error:
        raise _refused("this is no valid text") from error
    if "\0" in sql:
        raise _refused("this holds a NUL character")
    statements = split_statements(sql)
    if len(statements) != 1:
        raise _refused(f"these are {len(statements)}")
    if not _QUERY.match(without_comments(statements[0].sql)):
        raise _refused("this is another kind of statement")


def _refused(reason: str) -> CtsError:
    return CtsError(
        "usage",
        "Not a query",
        f"A query is one SELECT, VALUES, INSERT, REPLACE, UPDATE or DELETE: {reason}.",
        "Name one statement at a time.",
    )


def _steps(plan: apsw.ext.QueryPlan) -> Iterator[str]:
    for step in plan.sub or ():
        yield step.detail
        yield from _steps(step)
