"""JSON: one array of objects or arrays, decoded one by one out of a growing buffer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from io import TextIOWrapper
from typing import Any, Final

from cts_console.transfer.files import CheckedBytes, SourceFile
from cts_console.transfer.json_source import open_values
from cts_console.transfer.json_text import make_decoder
from cts_console.transfer.model import UnreadableFileError
from cts_console.transfer.source import Reader, Sample, Source, Task
from cts_console.transfer.text import MOST_FIELD_CHARACTERS, check_nul

_PIECE: Final = 1 << 18
_START: Final = re.compile(r"\ufeff?[ \t\r\n]*\[[ \t\r\n]*(?:[\[{\]]|\Z)")
_BLANK: Final = re.compile(r"[ \t\r\n]*")


def recognise(_file: SourceFile, sample: Sample) -> str | None:
    """Return that an array of objects or arrays begins the file."""
    return "an array begins it" if _START.match(sample.text) else None


def open_json(task: Task) -> AbstractContextManager[Source]:
    """Open a JSON array. Raises `CtsError("usage")` where the file is none."""
    return open_values(task, "json", _read_elements)


def _read_elements(task: Task, text: TextIOWrapper, raw: CheckedBytes) -> Iterator[tuple[int, Any]]:
    return _Elements(task, text, raw).read()


class _Elements:
    """The elements of the array, each with the line on which it begins."""

    def __init__(self, task: Task, text: TextIOWrapper, raw: CheckedBytes) -> None:
        self._task = task
        self._text = text
        self._raw = raw
        self._decoder = make_decoder()
        self._buffer = ""
        self._at = 0
        self._line = 1
        self._is_ended = False

    def read(self) -> Iterator[tuple[int, Any]]:
        if self._next() == "\ufeff":
            self._pass(1)
        if self._next() != "[":
            raise self._wrong("an array is expected")
        self._pass(1)
        if self._next() == "]":
            self._pass(1)
        else:
            yield from self._read_elements()
        if self._next():
            raise self._wrong("the array has ended, and something follows")

    def _read_elements(self) -> Iterator[tuple[int, Any]]:
        while True:
            self._next()
            line = self._line
            yield line, self._decode()
            mark = self._next()
            self._pass(1)
            if mark == "]":
                return
            if mark != ",":
                raise self._wrong("a comma or the end of the array is expected")

    def _decode(self) -> Any:
        while True:
            try:
                value, end = self._decoder.raw_decode(self._buffer, self._at)
            except json.JSONDecodeError as error:
                if self._grow():
                    continue
                raise self._wrong(error.msg) from error
            except (ValueError, RecursionError) as error:
                raise self._wrong(str(error)) from error
            # A number at the end of the buffer may go on.
            if end < len(self._buffer) or not self._grow():
                self._pass(end - self._at)
                return value

    def _next(self) -> str:
        """Pass over blanks and return the next character; "" at the end."""
        while True:
            match = _BLANK.match(self._buffer, self._at)
            self._pass((match.end() if match else self._at) - self._at)
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._grow():
                return ""

    def _pass(self, count: int) -> None:
        self._line += self._buffer.count("\n", self._at, self._at + count)
        self._at += count

    def _grow(self) -> bool:
        """Read on, twice as much each time, so that a long element is not decoded over and over."""
        if self._is_ended:
            return False
        kept = self._buffer[self._at :]
        if len(kept) > MOST_FIELD_CHARACTERS:
            raise self._wrong(f"a value has more than {MOST_FIELD_CHARACTERS:,} characters")
        piece = self._text.read(max(_PIECE, len(kept)))
        check_nul(self._task.file, self._raw, self._task.sample.encoding)
        self._is_ended = not piece
        self._buffer, self._at = kept + piece, 0
        return bool(piece)

    def _wrong(self, reason: str) -> Exception:
        return UnreadableFileError(
            "Not valid JSON",
            f"{self._task.file.path}: the value in line {self._line:,} cannot be read: {reason}.",
            "Correct the file. One object a line is JSON Lines (`--format jsonl`).",
        )


READER: Final = Reader("json", recognise, open_json)
