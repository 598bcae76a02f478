"""A file of an exchange as rows of text: CSV (also gzipped) and XLSX, read as a stream.

The only door through which a trade history comes in. Every cell is text, a formula too: nothing of
the file is ever evaluated.
"""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final, cast

from cts_console.errors import CtsError

Cells = tuple[str, ...]

_DELIMITERS: Final = (",", ";", "\t")
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_MOST_CELL_CHARACTERS: Final = 100_000
_LOOKED_AT_CHARACTERS: Final = 4_096


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What was found out about a file."""

    kind: str
    """csv or xlsx."""
    encoding: str | None
    """Of a CSV, how its text is written."""
    delimiter: str | None
    """Of a CSV, what stands between two cells."""
    is_compressed: bool
    """Whether it was gzipped."""


@contextmanager
def read_table(path: Path) -> Iterator[tuple[Cells, Iterator[Cells], TableFacts]]:
    """Open a file and give its first row, the others as a stream, and what was found out.

    An empty line is an empty tuple, so that the rows are counted as they stand in the file. Raises
    `CtsError`: not_found, not_a_file, no_permission, damaged for what cannot be read (while the
    rows are read, too), usage for an empty file.
    """
    with ExitStack() as stack:
        with _told(path):
            stream = stack.enter_context(path.open("rb"))
            rows, facts = _open_rows(stream, stack)
            header = next(rows, None)
        if header is None:
            raise CtsError("usage", "An empty file", f"{path} is empty.", "Export it again.")
        yield header, _told_rows(path, rows), facts


def _open_rows(stream: IO[bytes], stack: ExitStack) -> tuple[Iterator[Cells], TableFacts]:
    start = stream.read(4)
    stream.seek(0)
    if start == _ZIP:
        facts = TableFacts("xlsx", None, None, is_compressed=False)
        return _spreadsheet_rows(stream), facts
    is_compressed = start.startswith(_GZIP)
    content = cast("IO[bytes]", gzip.GzipFile(fileobj=stream)) if is_compressed else stream
    encoding = _encoding(content)
    text = stack.enter_context(io.TextIOWrapper(content, encoding, newline=""))
    delimiter = _delimiter(text.read(_LOOKED_AT_CHARACTERS))
    text.seek(0)
    facts = TableFacts("csv", encoding, delimiter, is_compressed)
    return _csv_rows(text, delimiter), facts


def _told_rows(path: Path, rows: Iterator[Cells]) -> Iterator[Cells]:
    with _told(path):
        yield from rows


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise CtsError("not_found", "No such file", f"{path} does not exist.") from error
    except IsADirectoryError as error:
        raise CtsError("not_a_file", "Not a file", f"{path} is a folder.") from error
    except PermissionError as error:
        raise CtsError(
            "no_permission", "The file cannot be read", f"{path}: {error.strerror}."
        ) from error
    except (UnicodeError, csv.Error, EOFError, gzip.BadGzipFile, zipfile.BadZipFile) as error:
        raise CtsError(
            "damaged",
            "The file cannot be read",
            f"{path} is no sound CSV or XLSX file: {error}.",
            "Export it again.",
        ) from error


def _encoding(stream: IO[bytes]) -> str:
    start = stream.read(3)
    stream.seek(0)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    return "utf-8-sig"


def _delimiter(start: str) -> str:
    """Return what stands most often in the first line that is not empty."""
    line = next((line for line in start.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=line.count)


def _csv_rows(text: io.TextIOWrapper, delimiter: str) -> Iterator[Cells]:
    csv.field_size_limit(_MOST_CELL_CHARACTERS)
    for row in csv.reader(text, delimiter=delimiter):
        yield tuple(row)


def _spreadsheet_rows(stream: IO[bytes]) -> Iterator[Cells]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=False)
    except (KeyError, ValueError) as error:
        raise zipfile.BadZipFile(f"no spreadsheet ({error})") from error
    try:
        width = 0
        for row in book.worksheets[0].iter_rows(values_only=True):
            cells = tuple(map(_cell_text, row))
            # Empty cells at the end are not kept in a spreadsheet.
            width = width or len(cells)
            yield (*cells, *[""] * (width - len(cells))) if any(cells) else ()
    finally:
        book.close()


def _cell_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    # A float's shortest text reads back as the same number.
    return repr(value) if isinstance(value, float) else str(value)
