"""New CSV files for people (RFC 4180, UTF-8): no cell is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cts_console.sqlite import SqliteValue
from cts_console.transfer.new_file import new_file
from cts_console.transfer.spreadsheet import protected

if TYPE_CHECKING:
    from _csv import Writer


@contextmanager
def new_csv_file(target: Path, columns: Sequence[str]) -> Iterator[Writer]:
    """Open a new CSV with these headings, as `new_file` does."""
    with new_file(target, "The CSV cannot be written") as file:
        text = io.TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", newline="")
        try:
            writer = csv.writer(text)
            writer.writerow(columns)
            yield writer
        finally:
            text.detach()


def csv_cell(value: SqliteValue) -> Any:
    """Return a value that no spreadsheet takes for a formula."""
    if isinstance(value, bytes):
        return value.hex()
    return protected(value) if isinstance(value, str) else value
