"""A file of an exchange as rows of text, through the readers that imports go through.

The only door through which a trade history comes in. Every cell is text, a formula too: nothing of
the file is ever evaluated, and nothing about its text is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from heapq import merge
from pathlib import Path
from typing import Any, Final

from cts_console.errors import CtsError
from cts_console.progress import CancelToken
from cts_console.transfer.files import Position, find_file
from cts_console.transfer.model import ReadOptions, UnreadableFileError, usage
from cts_console.transfer.opening import read_sample
from cts_console.transfer.readers import csv_rows, xlsx_sheet
from cts_console.transfer.source import Chunk, Source, Task

Cells = Sequence[str]
Row = tuple[int, Cells]
"""The line on which a row begins, or its number in a sheet, from 1; and its cells."""

_CHUNK_ROWS: Final = 10_000
_MOST_CELL_CHARACTERS: Final = 100_000
# Whose the file is may stand above the header, so the first row is one like any other.
_OPTIONS: Final = ReadOptions(has_header=False, skip_lines=0, decimal_comma=False)


class Table:
    """An open file. Make it with `open_table`."""

    def __init__(self, path: Path, source: Source, *, is_sheet: bool) -> None:
        self.is_sheet: Final = is_sheet
        """Whether it is a sheet, where empty cells at the end of a row are not kept."""
        self._path = path
        self._source = source
        self.rows: Final[Iterator[Row]] = self._read()
        """The rows, blank lines left out."""

    @property
    def position(self) -> Position | None:
        """How far the file is read; None where nobody measures it."""
        return self._source.position

    def _read(self) -> Iterator[Row]:
        with _told():
            for chunk in self._source.chunks(_CHUNK_ROWS):
                for line, cells in _in_order(chunk):
                    texts = ["" if c is None else c for c in cells] if self.is_sheet else cells
                    if max(map(len, texts), default=0) > _MOST_CELL_CHARACTERS:
                        raise _damaged(
                            f"{self._path}: line {line:,} has a cell of more than "
                            f"{_MOST_CELL_CHARACTERS:,} characters."
                        )
                    yield line, texts


@contextmanager
def open_table(path: Path, part: str | None, cancel: CancelToken | None) -> Iterator[Table]:
    """Open a CSV (also packed by gzip or zip) or a sheet; `part` names the sheet or the member.

    Raises `CtsError`: not_found, not_a_file, no_permission, damaged for what cannot be read (while
    the rows are read, too), usage for an empty file and for a part that is not clear.
    """
    file = find_file(path, part)
    if file.is_database:
        raise usage("Not a trade history", f"{path} is a database, no CSV or XLSX.", "Name one.")
    options = replace(_OPTIONS, table=part)
    reader = xlsx_sheet.READER if file.is_workbook else csv_rows.READER
    with _told():
        sample = read_sample(file, options, cancel)
        if sample.is_guess:
            # A name that was guessed wrongly would be another name.
            sample = replace(sample, encoding="utf-8")
        task = Task(file, sample, options, (), cancel, is_verbatim=True)
        with reader.open(task) as source:
            yield Table(path, source, is_sheet=file.is_workbook)


def _in_order(chunk: Chunk) -> Iterator[tuple[int, Sequence[Any]]]:
    """Return the rows of any width: the first one's is not that of the header."""
    rows = zip(chunk.lines, chunk.rows, strict=True)
    if not chunk.bad:
        return iter(rows)
    return merge(rows, ((bad.line, bad.values) for bad in chunk.bad), key=lambda row: row[0])


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except UnreadableFileError as error:
        raise _damaged(error.message) from error


def _damaged(message: str) -> CtsError:
    return CtsError("damaged", "The file cannot be read", message, "Export it again.")
