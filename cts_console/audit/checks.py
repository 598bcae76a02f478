"""Rows that fail a CHECK of their own table, read once for INT-05.

SQLite's integrity check does not do it here: on a read-only connection it does not even parse the
CHECK constraints of a schema (`sqlite3AddCheckConstraint`), and says "ok". So each table with CHECK
constraints is read once, with a query made of their text. A text that is no expression over the
row, or that calls what SQLite's schemas may not call, is left out: nothing of the file but
arithmetic is run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Final

from cts_console.audit.guesses import guess_pages
from cts_console.audit.reading import Part, Reading
from cts_console.audit.rule import AuditContext
from cts_console.errors import CtsError
from cts_console.schema import Table, read_table_clauses, read_tokens, rowid_name
from cts_console.sqlite import Row, quote_identifier
from cts_console.sqlite.inspection import read_foreign_rows

# SQLITE_INNOCUOUS and SQLITE_DETERMINISTIC (https://sqlite.org/c3ref/c_deterministic.html)
_HARMLESS: Final = 0x200000 | 0x800
_FUNCTIONS: Final = (
    f"SELECT DISTINCT name FROM temp.pragma_function_list WHERE builtin AND flags & {_HARMLESS} "
    f"= {_HARMLESS}"
)
_NEVER: Final = ("SELECT", "WITH", "VALUES", "RAISE", "MATCH", "REGEXP")
# Words before a bracket that call nothing.
_OPERATORS: Final = frozenset(
    ("and", "or", "not", "in", "is", "between", "like", "glob", "case", "when", "then", "else")
)
# What a scan of the table alone costs beside an integrity check of it and its indexes.
_SHARE: Final = 0.4


@dataclass(frozen=True, slots=True)
class CheckFailures:
    """The rows of one table that fail a CHECK."""

    table: Table
    """The table."""
    columns: tuple[str, ...] = ()
    """Names of the values of `rows`: the row's key, then the constraint that it fails."""
    rows: tuple[Row, ...] = ()
    """The first of them."""
    total: int = 0
    """How many there are."""
    sql: str = ""
    """The query that finds them."""
    left_out: str = ""
    """Why some constraints were not looked at; "" for none."""


def _plan(context: AuditContext) -> Sequence[Part[CheckFailures]]:
    weights = guess_pages(context)
    return tuple(
        Part(
            f"CHECK constraints of {table.name}",
            max(1.0, weights.get(table.name, 1.0) * _SHARE),
            partial(_read, table=table),
        )
        for table in context.schema.tables
        if not table.virtual and "check" in table.sql.lower()
    )


def _read(context: AuditContext, table: Table) -> CheckFailures:
    known = {str(name).lower() for (name,) in context.read_rows(_FUNCTIONS)}
    checks = [clause.sql for clause in read_table_clauses(table.sql) if clause.place == "check"]
    usable = [sql for sql in checks if _is_harmless(sql, known)]
    left_out = "" if len(usable) == len(checks) else "a CHECK calls what cannot be run here"
    if not usable:
        return CheckFailures(table, left_out=left_out)
    sql = _query(table, usable)
    try:
        # A constraint that does not compile (a text in double quotes, say) fails here.
        read_foreign_rows(context.connection, f"EXPLAIN QUERY PLAN {sql}")
    except CtsError as error:
        if error.code != "usage":
            raise
        reason = error.message.removeprefix(f"{context.connection.path}: ").removesuffix(".")
        return CheckFailures(table, left_out=f"a CHECK cannot be run here: {reason}")
    columns, rows, total = context.connection.read_described(sql)
    return CheckFailures(table, columns, tuple(rows), total, sql, left_out)


def _query(table: Table, checks: Sequence[str]) -> str:
    """Return a query for the rows for which one of `checks` is false; NULL passes, as in SQLite."""
    rowid = rowid_name(table)
    key = rowid or ", ".join(quote_identifier(name) for name in table.primary_key)
    texts = [(check, "'" + " ".join(check.split()).replace("'", "''") + "'") for check in checks]
    failed = " ".join(f"WHEN NOT ({check}) THEN {text}" for check, text in texts)
    return (
        f'SELECT {key}, CASE {failed} END AS "fails" FROM main.{quote_identifier(table.name)} '
        f"WHERE {_any_of([f'NOT ({check})' for check in checks])}"
    )


def _any_of(conditions: Sequence[str]) -> str:
    """Return the conditions joined by OR, as a tree: a chain may be deeper than SQLite takes."""
    if len(conditions) == 1:
        return conditions[0]
    middle = len(conditions) // 2
    return f"({_any_of(conditions[:middle])} OR {_any_of(conditions[middle:])})"


def _is_harmless(sql: str, known: set[str]) -> bool:
    tokens = read_tokens(sql)
    if any(token.is_word(*_NEVER) for token in tokens):
        return False
    return all(
        token.value.lower() in known or token.value.lower() in _OPERATORS
        for token, after in pairwise(tokens)
        if after.text == "(" and token.kind in ("word", "name")
    )


CHECKS: Final = Reading("checks", _plan)
