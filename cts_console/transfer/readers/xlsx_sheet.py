"""A sheet of a workbook (XLSX), read as a stream by openpyxl: values, not formulas."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import IO, Any, Final

from cts_console.transfer.files import Position, SourceFile
from cts_console.transfer.model import Detected, UnreadableFileError, usage
from cts_console.transfer.source import BadRow, Chunk, Reader, Sample, Source, Task, unique_names

_MOST_SHARED_BYTES: Final = 100_000_000


def recognise(file: SourceFile, _sample: Sample) -> str | None:
    """Return that the file is a zip with the parts of a workbook."""
    return "it is a workbook" if file.is_workbook else None


@contextmanager
def open_sheet(task: Task) -> Iterator[Source]:
    """Open the named sheet, or the first. Raises `CtsError("usage")` for none, and for damage."""
    from openpyxl import load_workbook

    _check_shared_texts(task.file)
    # By a stream: openpyxl would look at the name.
    with task.file.path.open("rb") as stream:
        try:
            book = load_workbook(
                stream, read_only=True, data_only=not task.is_verbatim, keep_links=False
            )
        except (ValueError, KeyError, OSError, SyntaxError, zipfile.BadZipFile) as error:
            raise _unreadable(task.file, error) from error
        try:
            yield SheetSource(task, book, stream)
        finally:
            book.close()


class SheetSource:
    """An open sheet."""

    def __init__(self, task: Task, book: Any, stream: IO[bytes]) -> None:
        self._task = task
        self._stream = stream
        self._value = _written if task.is_verbatim else _plain
        names = [str(name) for name in book.sheetnames]
        wanted = task.options.table
        if wanted is not None and wanted not in names:
            raise usage(
                "No such sheet",
                f"{task.file.path} has the sheets {', '.join(names)}, and no {wanted!r}.",
                "Name one of them.",
            )
        # A chart may come first; without a name, rows are meant.
        others = book.worksheets or [book[names[0]]]
        sheet = others[0] if wanted is None else book[wanted]
        if not hasattr(sheet, "iter_rows"):
            raise usage("No rows", f"The sheet {sheet.title} of {task.file.path} is a chart.")
        self._cells: Iterator[Sequence[Any]] = sheet.iter_rows(values_only=True)
        self._number = 0
        first = self._read_first()
        self._part = _part_at(task.file, stream.tell())
        is_named = all(isinstance(cell, str) for cell in first)
        ordered = task.options.has_header
        has_header = is_named if ordered is None else ordered
        notes: list[str] = []
        self._pushed: list[Sequence[Any]] = [] if has_header else [first]
        if has_header:
            self.columns, notes = unique_names(["" if c is None else str(c) for c in first])
        else:
            self.columns = tuple(f"column {number}" for number in range(1, len(first) + 1))
        self.detected = Detected(
            format="xlsx",
            has_header=has_header,
            decimal_comma=bool(task.options.decimal_comma),
            null_texts=task.options.null_texts,
            table=str(sheet.title),
            reasons=(
                *task.reasons,
                f"its sheet {sheet.title!r} is read" + (f" of {len(names)}" if names[1:] else ""),
                "the first row holds names: a header" if has_header else "no header",
                *notes,
            ),
        )

    @property
    def position(self) -> Position:
        """How far the sheet is read, which is one part of the packed workbook."""
        total_bytes = self._part.compress_size
        done_bytes = self._stream.tell() - self._part.header_offset
        return Position(max(0, min(done_bytes, total_bytes)), total_bytes)

    def chunks(self, rows: int) -> Iterator[Chunk]:
        """Yield the rows by their number in the sheet; rows without any value are none."""
        if self._pushed:
            yield self._chunk(self._pushed, self._number)
        while read := self._read(rows):
            yield self._chunk(read, self._number + 1)
            self._number += len(read)

    def _read_first(self) -> list[Any]:
        while read := self._read(1):
            self._number += 1
            cells = list(read[0])
            while cells and cells[-1] is None:
                cells.pop()
            if cells:
                return cells
        raise usage("A file without rows", f"The sheet of {self._task.file.path} holds no row.")

    def _read(self, count: int) -> list[Sequence[Any]]:
        if self._task.cancel is not None:
            self._task.cancel.raise_if_cancelled()
        try:
            return list(islice(self._cells, count))
        except (ValueError, KeyError, SyntaxError, OverflowError, zipfile.BadZipFile) as error:
            raise _unreadable(self._task.file, error) from error

    def _chunk(self, read: list[Sequence[Any]], first: int) -> Chunk:
        width = len(self.columns)
        chunk = Chunk([], [])
        lines: list[int] = []
        for line, cells in enumerate(read, first):
            values = list(map(self._value, cells))
            if all(value is None for value in values):
                continue
            if any(value is not None for value in values[width:]):
                chunk.bad.append(BadRow(line, values, f"{len(values)} cells instead of {width}"))
                continue
            chunk.rows.append((values + [None] * width)[:width])
            lines.append(line)
        chunk.lines = lines
        return chunk


def _plain(cell: Any) -> Any:
    """Return a cell as SQLite can hold it: dates and times as ISO 8601 text."""
    if isinstance(cell, (datetime, date, time)):
        return cell.isoformat()
    return str(cell) if isinstance(cell, timedelta) else cell


def _written(cell: Any) -> str | None:
    """Return a cell as text; a number's shortest one reads back as the same number."""
    plain = _plain(cell)
    if plain is None or isinstance(plain, str):
        return plain
    return repr(plain) if isinstance(plain, float) else str(plain)


def _check_shared_texts(file: SourceFile) -> None:
    """Raise for a workbook whose texts, which are held whole, would fill the memory."""
    with zipfile.ZipFile(file.path) as packed:
        sizes = [e.file_size for e in packed.infolist() if e.filename.startswith("xl/shared")]
    if sum(sizes) > _MOST_SHARED_BYTES:
        raise usage(
            "A workbook that is too large",
            f"{file.path} holds {sum(sizes):,} bytes of text, more than a workbook may here.",
            "Save it as CSV.",
        )


def _part_at(file: SourceFile, at: int) -> zipfile.ZipInfo:
    """Return the part of the workbook that ends behind byte `at`, up to which it was read."""
    with zipfile.ZipFile(file.path) as packed:
        before = [entry for entry in packed.infolist() if entry.header_offset < at]
    return max(before, key=lambda entry: entry.header_offset)


def _unreadable(file: SourceFile, error: Exception) -> Exception:
    return UnreadableFileError(
        "A workbook that cannot be read", f"{file.path}: {error}.", "Save it again, or as CSV."
    )


READER: Final = Reader("xlsx", recognise, open_sheet)
