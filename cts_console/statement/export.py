"""The trades of a statement as CSV (RFC 4180, UTF-8), one line a trade."""

from __future__ import annotations

import csv
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cts_console.errors import CtsError
from cts_console.maintenance.disk import (
    rename_without_overwriting,
    sync_file,
    sync_folder,
    told_as,
)
from cts_console.sqlite import SqliteValue, resolve_database_path, side_file
from cts_console.statement.model import Entry
from cts_console.statement.numbers import decimal_text
from cts_console.statement.period import Period

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
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_PLAIN_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_PREFIX_CHARACTERS: Final = 60


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

    Raises `CtsError`: what `new_file` raises.
    """
    with (
        new_file(target, "The CSV cannot be written") as partial,
        partial.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file,
    ):
        yield CsvFile(csv.writer(file), period)


@contextmanager
def new_file(target: Path, title: str) -> Iterator[Path]:
    """Give an empty file to write; it gets its name once the block has ended well.

    Otherwise it is gone. `title` is the headline of what fails. Raises `CtsError`: usage where the
    name is taken (nothing is ever written over), not_found, no_permission and read_only for its
    folder, disk_full.
    """
    place = target.parent.resolve() / target.name
    check_is_free(target)
    with told_as(title, place):
        prefix = f"{place.name[:_PREFIX_CHARACTERS]}.partial-{os.getpid()}-"
        descriptor, name = tempfile.mkstemp(prefix=prefix, dir=place.parent)
        os.close(descriptor)
        partial = Path(name)
        try:
            yield partial
            sync_file(partial)
            rename_without_overwriting(partial, place)
            sync_folder(place.parent)
        finally:
            partial.unlink(missing_ok=True)


def check_papers(database: str | os.PathLike[str], *targets: Path | None) -> None:
    """Raise `CtsError` where new files about `database` cannot get these names, each its own."""
    wanted = [target for target in targets if target is not None]
    for target in wanted:
        check_new_file(target, resolve_database_path(database))
    if len({target.parent.resolve() / target.name for target in wanted}) < len(wanted):
        raise CtsError(
            "usage", "One name for two files", f"{wanted[0]} cannot be both.", "Name two files."
        )


def check_new_file(target: Path, database: Path) -> None:
    """Raise `CtsError` where no file about `database` can get this name."""
    check_is_free(target)
    place = target.parent.resolve() / target.name
    if place in {side_file(database, suffix) for suffix in ("-wal", "-shm", "-journal")}:
        raise CtsError(
            "usage",
            "The name belongs to the database",
            f"SQLite would take {place} for a part of {database.name}.",
            "Choose another name.",
        )


def check_is_free(target: Path) -> None:
    """Raise `CtsError` where no new file can get this name."""
    if "\0" in os.fspath(target) or not target.name:
        raise CtsError("usage", "Not a path", f"{os.fspath(target)!r} names no file.", "Name one.")
    if not target.parent.is_dir():
        raise CtsError(
            "not_found", "No such folder", f"{target.parent} does not exist.", "Create it first."
        )
    if os.path.lexists(target):
        raise CtsError(
            "usage",
            "The name is taken",
            f"{target} exists already; no file is ever written over.",
            "Choose another name.",
        )


def _cell(value: SqliteValue) -> Any:
    """Return a value that no spreadsheet takes for a formula."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, str) and value.startswith(_FORMULA) and not _PLAIN_NUMBER.fullmatch(value):
        return "'" + value
    return value
