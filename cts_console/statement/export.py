"""The trades of a statement as CSV (RFC 4180, UTF-8), one line a trade."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cts_console.sqlite import SqliteValue
from cts_console.statement.model import Entry
from cts_console.statement.numbers import decimal_text
from cts_console.statement.period import Period
from cts_console.transfer.new_file import new_file
from cts_console.transfer.spreadsheet import protected

if TYPE_CHECKING:
    from _csv import Writer

COLUMNS: Final = (
    "time",
    "time_utc_ms",
    "trade",
    "connection",
    "symbol",
    "book",
    "side",
    "price",
    "amount",
    "cost",
    "fee",
    "fee_currency",
    "realised_profit",
    "position",
)
_TITLE: Final = "The CSV cannot be written"


class CsvFile:
    """An open CSV of entries."""

    def __init__(self, writer: Writer, period: Period) -> None:
        self._writer = writer
        self._period = period
        writer.writerow(COLUMNS)

    def add(self, entry: Entry) -> None:
        """Write one trade."""
        self._writer.writerow(
            (
                self._period.told(entry.at_ms),
                entry.at_ms,
                _cell(entry.id),
                _cell(entry.connection),
                _cell(entry.symbol),
                entry.book,
                entry.side,
                decimal_text(entry.price),
                decimal_text(entry.amount),
                decimal_text(entry.cost),
                decimal_text(entry.fee),
                _cell(entry.fee_currency),
                "" if entry.realised is None else decimal_text(entry.realised),
                decimal_text(entry.position),
            )
        )


@contextmanager
def new_csv(target: Path, period: Period) -> Iterator[CsvFile]:
    """Open a new CSV that gets its name once the block has ended well, and is gone otherwise.

    Raises `CtsError`: usage where the name is taken (nothing is ever written over), not_found,
    no_permission and read_only for its folder, disk_full.
    """
    with new_file(target, _TITLE) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", newline="")
        try:
            yield CsvFile(csv.writer(text), period)
        finally:
            text.detach()


def _cell(value: SqliteValue) -> Any:
    """Return a value that no spreadsheet takes for a formula."""
    if isinstance(value, bytes):
        return value.hex()
    return protected(value) if isinstance(value, str) else value
