"""Write chunks of rows by one INSERT, and name the row that the database refuses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, Final, Literal

from cts_console.bulk.model import Rejection, RejectSink, usage
from cts_console.bulk.rows import Chunk
from cts_console.bulk.statements import RowStatement
from cts_console.errors import CtsError
from cts_console.schema.secret_names import NOT_SHOWN, looks_secret
from cts_console.sqlite import Connection

# Measured with nine columns: 100 to 500 rows a statement are equally fast (1.14 times one row a
# statement), 1,000 are slower than one; what counts is the number of values.
MANY_VALUES: Final = 900
_LONGEST_VALUE: Final = 80
# What APSW raises for a value of a type that SQLite does not have, or that does not fit.
_REFUSALS: Final = (CtsError, TypeError, ValueError, OverflowError)

Counting = Literal["input", "total", "row"]
"""How written rows are counted: every row of the input counts; SQLite's sum; or, where triggers
add to that sum, row by row."""


class Writer:
    """Writes rows in an open transaction.

    A refused row undoes its own statement and no more (every statement is OR ABORT or stronger),
    so the rows of that statement are written again one by one, up to the one that is refused.
    """

    def __init__(
        self,
        connection: Connection,
        statement: RowStatement,
        columns: Sequence[str],
        *,
        rows_per_statement: int,
        counting: Counting,
        rejects: RejectSink | None,
    ) -> None:
        self._connection = connection
        self.columns = tuple(columns)
        """What a row holds."""
        self._statement = statement
        self.group(rows_per_statement)
        self._one = statement.sql(1)
        self._counting = counting
        self.rejects = rejects
        """Takes refused rows; None: the first one is an error."""
        self.read = 0
        """Rows taken from the input."""
        self.written = 0
        """Rows that are in the table because of them."""
        self.rejected = 0
        """Rows that `rejects` took."""
        self.numbers: Sequence[int] = ()
        """The numbers of the next chunk's rows in the input, where they do not follow on."""
        self._row_changes = 0

    def group(self, rows: int) -> None:
        """Write so many rows in a statement from here on."""
        self._group = rows
        self._many = self._statement.sql(rows)

    def write(self, chunk: Chunk) -> None:
        """Write the next rows of the input.

        Raises `CtsError`: constraint, with the row's number, values and the constraint, where the
        database refuses a row and nobody takes refused ones; usage for a value that SQLite has no
        type for; and what SQLite reports.
        """
        before, refused = self._connection.total_changes, self.rejected
        self._row_changes = 0
        start = 0
        while start < len(chunk):
            handed = _Handed(start)
            try:
                self._write_from(chunk, handed)
                start = len(chunk)
            except _REFUSALS as error:
                self._check_refusal(error)
                start = self._write_one_by_one(chunk, handed)
        self.read += len(chunk)
        if self._counting == "input":
            self.written += len(chunk) - (self.rejected - refused)
        elif self._counting == "total":
            self.written += self._connection.total_changes - before
        else:
            self.written += self._row_changes

    def _write_from(self, chunk: Chunk, handed: _Handed) -> None:
        """Write what is left of the chunk."""
        if self._counting == "row":
            for row in handed.rows(chunk):
                self._connection.execute_many(self._one, (row,))
                self._row_changes += self._connection.changes
            return
        if self._group > 1:
            self._connection.execute_many(self._many, handed.groups(chunk, self._group))
        self._connection.execute_many(self._one, handed.rows(chunk))

    def _write_one_by_one(self, chunk: Chunk, handed: _Handed) -> int:
        """Write the rows of the statement that failed, and return where to go on."""
        for place in range(handed.start, handed.end):
            row = chunk[place]
            try:
                self._connection.execute_many(self._one, (row,))
            except _REFUSALS as error:
                self._check_refusal(error)
                number = self.numbers[place] if self.numbers else self.read + place + 1
                self._refuse(number, row, error)
        return handed.end

    def _check_refusal(self, error: Exception) -> None:
        """Raise what is no refusal of a row, or was one that ended the whole transaction."""
        if isinstance(error, CtsError) and error.code != "constraint":
            raise error
        if not self._connection.in_transaction:
            raise CtsError(
                "constraint",
                "The database ended the whole transaction",
                f"{self._connection.path}: {_reason(error)}; the whole transaction was undone, as "
                "RAISE(ROLLBACK) in a trigger does.",
                "Correct the rows; they cannot be left out one by one.",
            ) from error

    def _refuse(self, number: int, row: tuple[Any, ...], error: Exception) -> None:
        shown = shown_values(self.columns, row)
        reason = _reason(error)
        if self.rejects is not None:
            self.rejects.append(Rejection(number, shown, reason))
            self.rejected += 1
            return
        named = ", ".join(
            f"{column}={_short(value)}" for column, value in zip(self.columns, shown, strict=True)
        )
        message = f"{self._connection.path}: row {number:,} was refused: {reason} ({named})."
        if isinstance(error, CtsError):
            raise CtsError(error.code, "A row was refused", message, error.hint) from error
        raise usage(
            "A value that SQLite does not have",
            message,
            "Give None, int, float, str or bytes; whole numbers fit into 64 bits.",
        ) from error


class _Handed:
    """Which rows SQLite was given last: the generator knows what an error does not say."""

    def __init__(self, start: int) -> None:
        self.start = self.end = start

    def groups(self, chunk: Chunk, size: int) -> Iterator[tuple[Any, ...]]:
        """Yield the values of whole groups of rows."""
        flatten = chain.from_iterable
        while self.end + size <= len(chunk):
            self.start, self.end = self.end, self.end + size
            yield tuple(flatten(chunk[self.start : self.end]))

    def rows(self, chunk: Chunk) -> Iterator[tuple[Any, ...]]:
        """Yield the rows that are left."""
        while self.end < len(chunk):
            self.start, self.end = self.end, self.end + 1
            yield chunk[self.start]


def shown_values(columns: Sequence[str], row: Sequence[Any]) -> tuple[Any, ...]:
    """Return a row as it may be told: without secrets."""
    return tuple(
        NOT_SHOWN if value is not None and looks_secret(column) else value
        for column, value in zip(columns, row, strict=True)
    )


def _reason(error: Exception) -> str:
    if isinstance(error, CtsError):
        # The path comes first and is said elsewhere.
        return error.message.partition(": ")[2].rstrip(".") or error.message
    return str(error)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"
