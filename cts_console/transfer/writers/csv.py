"""CSV as RFC 4180 has it: UTF-8, commas, lines that end with CR LF, names in the first line.

Text stands in quotes, numbers do not, and NULL is nothing at all: so an empty text differs from
NULL, and '007' from 7. A BLOB is its hexadecimal digits, in quotes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import BinaryIO, Final

from cts_console.errors import CtsError
from cts_console.sqlite import Row, SqliteValue
from cts_console.transfer.spreadsheet import protected
from cts_console.transfer.writing import FileFormat, Heading, WriteOptions, count_note

_BOM: Final = b"\xef\xbb\xbf"


class CsvWriter:
    """Writes CSV."""

    def __init__(self, file: BinaryIO, heading: Heading, options: WriteOptions) -> None:
        self._file = file
        self._null = _checked_null(options.null_text)
        self._protects = options.protect_formulas
        self._is_one_column = len(heading.columns) == 1
        self._blobs = self._empty_lines = 0
        file.write(_BOM if options.bom else b"")
        self._write_line(",".join(map(self._text, heading.columns)))

    def write_rows(self, rows: Sequence[Row]) -> None:
        """Write some lines."""
        cell = self._cell
        lines = [",".join([cell(value) for value in row]) for row in rows]
        if self._is_one_column and not self._null:
            self._empty_lines += lines.count("")
        self._write_line("\r\n".join(lines))

    def finish(self) -> None:
        """Do nothing: the last line has its end."""

    def abandon(self) -> None:
        """Do nothing: the file is the caller's."""

    def notes(self) -> list[str]:
        """Tell of BLOBs, and of lines that many readers pass over."""
        return [
            *count_note(
                self._blobs,
                "BLOB is written as its hexadecimal digits.",
                "BLOBs are written as their hexadecimal digits.",
            ),
            *count_note(
                self._empty_lines,
                "line is empty, because its only value is NULL; many programs pass over it. Choose "
                "a text for NULL.",
                "lines are empty, because their only value is NULL; many programs pass over them. "
                "Choose a text for NULL.",
            ),
        ]

    def _cell(self, value: SqliteValue) -> str:
        if value is None:
            return self._null
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, bytes):
            self._blobs += 1
            return f'"{value.hex()}"'
        if isinstance(value, float) and math.isinf(value):
            return self._text("Inf" if value > 0 else "-Inf")
        return repr(value)

    def _text(self, text: str) -> str:
        shown = protected(text) if self._protects else text
        return '"' + shown.replace('"', '""') + '"'

    def _write_line(self, line: str) -> None:
        self._file.write(f"{line}\r\n".encode())


def _checked_null(text: str) -> str:
    """Return `text`, which must stand without quotes."""
    if text.isprintable() and not any(mark in text for mark in ',"'):
        return text
    raise CtsError(
        "usage",
        "Not a text for NULL",
        f"{text!r} cannot stand for NULL: it stands without quotes.",
        "Choose one without commas, quotes and control characters, as \\N.",
    )


FORMAT: Final = FileFormat("csv", "CSV", (".csv",), CsvWriter, is_for_spreadsheets=True)
