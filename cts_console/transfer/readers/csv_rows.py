"""CSV, TSV and their relatives, in Python's own reader: a chunk of rows at a time."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from io import TextIOWrapper
from itertools import islice
from typing import Final

from cts_console.transfer.dialect import Dialect, find_dialect, read_csv
from cts_console.transfer.files import CheckedBytes, Position, SourceFile
from cts_console.transfer.model import Detected, UnreadableFileError, usage
from cts_console.transfer.source import BadRow, Chunk, Reader, Sample, Source, Task, unique_names
from cts_console.transfer.text import MOST_FIELD_CHARACTERS, check_nul, open_text

_FIRST_ROWS: Final = 1_000
_CHUNK_BYTES: Final = 8_000_000


def recognise(file: SourceFile, sample: Sample) -> str | None:
    """Return that what is text and nothing else is taken for a CSV."""
    return "text with rows" if sample.text and not file.is_workbook else None


@contextmanager
def open_csv(task: Task) -> Iterator[Source]:
    """Open a CSV. Raises `CtsError("usage")` where it holds no row at all."""
    sample, options = task.sample, task.options
    dialect = find_dialect(sample.text, is_whole=sample.is_whole, options=options)
    with open_text(task.file, sample.encoding, task.cancel) as (text, raw):
        yield CsvSource(task, dialect, text, raw)


class CsvSource:
    """An open CSV."""

    def __init__(
        self, task: Task, dialect: Dialect, text: TextIOWrapper, raw: CheckedBytes
    ) -> None:
        self._file = task.file
        self._is_verbatim = task.is_verbatim
        self._encoding = task.sample.encoding
        self._raw = raw
        # A line without end must not be held whole, so none is read beyond what a field may have.
        lines = iter(partial(text.readline, MOST_FIELD_CHARACTERS + 2), "")
        self._before = sum(1 for _ in islice(lines, dialect.skip_lines))
        # The limit is one for the whole process; nobody else here reads CSV with a smaller one.
        csv.field_size_limit(MOST_FIELD_CHARACTERS)
        self._reader = read_csv(lines, dialect.delimiter, dialect.quote, strict=True)
        first = self._read_first()
        notes: list[str] = []
        if dialect.has_header:
            self.columns, notes = unique_names(first)
            self._pushed: list[list[str]] = []
        else:
            self.columns = tuple(f"column {number}" for number in range(1, len(first) + 1))
            self._pushed = [first]
        self.detected = Detected(
            format="csv",
            compression=task.file.compression,
            encoding=self._encoding,
            delimiter=dialect.delimiter,
            quote=dialect.quote,
            has_header=dialect.has_header,
            decimal_comma=dialect.decimal_comma,
            null_texts=task.options.null_texts,
            table=task.file.member,
            skip_lines=dialect.skip_lines,
            reasons=(*task.reasons, task.sample.why, *dialect.reasons, *notes),
        )

    @property
    def position(self) -> Position:
        """How far the file is read."""
        return self._raw.position

    def chunks(self, rows: int) -> Iterator[Chunk]:
        """Yield the rows; blank lines are none."""
        wanted = min(rows, _FIRST_ROWS)
        pushed, line = self._pushed, self._first_line - 1
        if not pushed:
            line = self._reader.line_num
        while True:
            bytes_before = self._raw.done_bytes
            read = pushed + self._read(wanted)
            pushed = []
            self._check_nul()
            if not read:
                return
            yield self._chunk(read, line + 1, self._reader.line_num)
            line = self._reader.line_num
            row_bytes = max(1, (self._raw.done_bytes - bytes_before) // len(read))
            wanted = max(1, min(rows, 2 * wanted, _CHUNK_BYTES // row_bytes))

    def _read_first(self) -> list[str]:
        self._first_line = 1
        while True:
            read = self._read(1)
            self._check_nul()
            if not read:
                raise usage(
                    "A file without rows", f"{self._file.path} holds no row.", "Name another file."
                )
            if read[0]:
                return read[0]
            self._first_line = self._reader.line_num + 1

    def _read(self, count: int) -> list[list[str]]:
        rows: list[list[str]] = []
        line = self._reader.line_num
        try:
            # `extend` keeps what came before an error, by which the error's line is known.
            rows.extend(islice(self._reader, count))
        except csv.Error as error:
            self._check_nul()
            raise self._unreadable(error, _lines(rows, line + 1)[1]) from error
        return rows

    def _check_nul(self) -> None:
        if not self._is_verbatim:
            check_nul(self._file, self._raw, self._encoding)

    def _unreadable(self, error: csv.Error, line: int) -> Exception:
        where = f"{self._file.path}: the row that begins in line {line + self._before:,}"
        if "field larger" in str(error):
            return UnreadableFileError(
                "A field without end",
                f"{where} has a field of more than {MOST_FIELD_CHARACTERS:,} characters; perhaps "
                "a quote is never closed.",
                "Correct that row.",
            )
        if "end of data" in str(error):
            return UnreadableFileError(
                "A quote that never closes",
                f"{where} opens a quote that is never closed.",
                "Close it, or say that quotes mean nothing (`--quote none`).",
            )
        return UnreadableFileError(
            "A row that is no CSV", f"{where} cannot be read: {error}.", "Correct it."
        )

    def _chunk(self, read: list[list[str]], first: int, last: int) -> Chunk:
        """Return the rows of one read with their lines, those of a wrong width apart."""
        lines: Sequence[int]
        if last - first + 1 == len(read):
            lines = range(first + self._before, last + self._before + 1)
        else:
            lines = [line + self._before for line in _lines(read, first)[0]]
        width = len(self.columns)
        if set(map(len, read)) == {width}:
            return Chunk(lines, list(read))
        chunk = Chunk([], [])
        good: list[int] = []
        for line, row in zip(lines, read, strict=True):
            if len(row) == width:
                good.append(line)
                chunk.rows.append(row)
            elif row:
                chunk.bad.append(BadRow(line, row, f"{len(row):,} fields instead of {width:,}"))
        chunk.lines = good
        return chunk


def _lines(rows: Sequence[Sequence[str]], first: int) -> tuple[list[int], int]:
    """Return the line of each row, the first being in line `first`, and that of the next one."""
    lines: list[int] = []
    for row in rows:
        lines.append(first)
        first += 1 + sum(cell.count("\n") + cell.count("\r") - cell.count("\r\n") for cell in row)
    return lines, first


READER: Final = Reader("csv", recognise, open_csv)
