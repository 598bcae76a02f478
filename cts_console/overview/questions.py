"""One question with a time limit, whose answer may be unknown."""

from __future__ import annotations

from typing import Final

from cts_console.errors import CtsError
from cts_console.sqlite import Bindings, Connection, Row
from cts_console.sqlite.inspection import read_foreign_rows

QUESTION_TIMEOUT_S: Final = 0.5
"""Longest time for one question, seconds."""
# The table is not there or is another one than its name says, it took too long, or a page is bad.
_UNKNOWN: Final = ("usage", "timeout", "damaged")


def ask(connection: Connection, sql: str, bindings: Bindings = ()) -> list[Row] | None:
    """Return the rows of `sql`, or None where this file cannot answer or not in time.

    Raises `CtsError`: locked, cancelled.
    """
    try:
        with connection.guard(timeout_s=QUESTION_TIMEOUT_S):
            return read_foreign_rows(connection, sql, bindings)
    except CtsError as error:
        if error.code not in _UNKNOWN:
            raise
        return None


def ask_int(connection: Connection, sql: str, bindings: Bindings = ()) -> int | None:
    """Return the first value of the first row as a whole number, or None where there is none."""
    rows = ask(connection, sql, bindings)
    value = rows[0][0] if rows else None
    return value if isinstance(value, int) else None
