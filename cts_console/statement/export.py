"""The trades of a statement as CSV (RFC 4180, UTF-8), one line a trade."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cts_console.errors import CtsError
from cts_console.statement.model import Entry
from cts_console.statement.numbers import decimal_text
from cts_console.statement.period import Period
from cts_console.transfer.csv_file import csv_cell, new_csv_file
from cts_console.transfer.new_file import check_is_free

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


class CsvFile:
    """An open CSV of entries."""

    def __init__(self, writer: Writer, period: Period) -> None:
        self._writer = writer
        self._period = period

    def add(self, entry: Entry) -> None:
        """Write one trade."""
        self._writer.writerow(
            (
                self._period.told(entry.at_ms),
                entry.at_ms,
                csv_cell(entry.id),
                csv_cell(entry.connection),
                csv_cell(entry.symbol),
                entry.book,
                entry.side,
                decimal_text(entry.price),
                decimal_text(entry.amount),
                decimal_text(entry.cost),
                decimal_text(entry.fee),
                csv_cell(entry.fee_currency),
                "" if entry.realised is None else decimal_text(entry.realised),
                decimal_text(entry.position),
            )
        )


@contextmanager
def new_csv(target: Path, period: Period) -> Iterator[CsvFile]:
    """Open a new CSV of entries, as `new_csv_file` does."""
    with new_csv_file(target, COLUMNS) as writer:
        yield CsvFile(writer, period)


def check_papers(*targets: Path | None) -> None:
    """Raise `CtsError("usage")` where new files cannot get these names, each its own."""
    wanted = [target for target in targets if target is not None]
    for target in wanted:
        check_is_free(target)
    if len({target.parent.resolve() / target.name for target in wanted}) < len(wanted):
        raise CtsError(
            "usage", "One name for two files", f"{wanted[0]} cannot be both.", "Name two files."
        )
