"""New CSV files (RFC 4180, UTF-8) that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
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
from cts_console.sqlite import SqliteValue, side_file

if TYPE_CHECKING:
    from _csv import Writer

_TITLE: Final = "The CSV cannot be written"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_PLAIN_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_PREFIX_CHARACTERS: Final = 60


@contextmanager
def new_csv_file(target: Path, columns: Sequence[str]) -> Iterator[Writer]:
    """Open a new CSV that gets its name once the block has ended well, and is gone otherwise.

    Raises `CtsError`: usage where the name is taken (nothing is ever written over), not_found,
    no_permission and read_only for its folder, disk_full.
    """
    place = target.parent.resolve() / target.name
    check_is_free(target)
    with told_as(_TITLE, place):
        prefix = f"{place.name[:_PREFIX_CHARACTERS]}.partial-{os.getpid()}-"
        descriptor, name = tempfile.mkstemp(prefix=prefix, dir=place.parent)
        os.close(descriptor)
        partial = Path(name)
        try:
            with partial.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(columns)
                yield writer
            sync_file(partial)
            rename_without_overwriting(partial, place)
            sync_folder(place.parent)
        finally:
            partial.unlink(missing_ok=True)


def check_is_free(target: Path) -> None:
    """Raise `CtsError` where a CSV cannot get this name."""
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
            f"{target} exists already; nothing is ever written over.",
            "Choose another name for the CSV.",
        )


def check_csv_name(target: Path, database: Path) -> None:
    """Raise `CtsError` where a CSV cannot get this name, or SQLite would take it for its own."""
    check_is_free(target)
    place = target.parent.resolve() / target.name
    if place in {side_file(database, suffix) for suffix in ("-wal", "-shm", "-journal")}:
        raise CtsError(
            "usage",
            "The name belongs to the database",
            f"SQLite would take {place} for a part of {database.name}.",
            "Choose another name for the CSV.",
        )


def csv_cell(value: SqliteValue) -> Any:
    """Return a value that no spreadsheet takes for a formula."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, str) and value.startswith(_FORMULA) and not _PLAIN_NUMBER.fullmatch(value):
        return "'" + value
    return value
