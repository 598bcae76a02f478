"""JSON Lines: one object or array a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from io import TextIOWrapper
from typing import Any, Final

from cts_console.transfer.files import CheckedBytes, Position, SourceFile
from cts_console.transfer.json_text import JsonRows, make_decoder
from cts_console.transfer.model import Detected, usage
from cts_console.transfer.source import Chunk, Reader, Sample, Source, Task
from cts_console.transfer.text import MOST_FIELD_CHARACTERS, check_nul, open_text

_START: Final = re.compile(r"\ufeff?\s*(?:\{\s*[\"}]|\[[^\r\n]*\][ \t]*\r?\n[ \t]*\[)")


def recognise(_file: SourceFile, sample: Sample) -> str | None:
    """Return that an object begins the file, or that arrays stand in lines of their own."""
    return "an object begins it" if _START.match(sample.text) else None


@contextmanager
def open_json_lines(task: Task) -> Iterator[Source]:
    """Open JSON Lines. Raises `CtsError("usage")` where a line is no JSON."""
    with open_text(task.file, task.sample.encoding, task.cancel) as (text, raw):
        yield JsonLinesSource(task, text, raw)


class JsonLinesSource:
    """Open JSON Lines."""

    def __init__(self, task: Task, text: TextIOWrapper, raw: CheckedBytes) -> None:
        self._task = task
        self._raw = raw
        self._rows = JsonRows(
            self._read_lines(text), has_header=task.options.has_header, name=str(task.file.path)
        )
        self.columns = self._rows.columns
        self.detected = Detected(
            format="jsonl",
            compression=task.file.compression,
            encoding=task.sample.encoding,
            has_header=self._rows.has_header,
            decimal_comma=bool(task.options.decimal_comma),
            null_texts=task.options.null_texts,
            table=task.file.member,
            reasons=(*task.reasons, task.sample.why, *self._rows.notes),
        )

    @property
    def position(self) -> Position:
        """How far the file is read."""
        return self._raw.position

    def chunks(self, rows: int) -> Iterator[Chunk]:
        """Yield the rows."""
        yield from self._rows.chunks(rows)

    def _read_lines(self, text: TextIOWrapper) -> Iterator[tuple[int, Any]]:
        decode = make_decoder().decode
        lines = iter(partial(text.readline, MOST_FIELD_CHARACTERS + 2), "")
        for number, line in enumerate(lines, 1):
            plain = line.strip("\ufeff \t\r\n")
            if not plain:
                continue
            if len(line) > MOST_FIELD_CHARACTERS:
                raise self._wrong(number, f"it has more than {MOST_FIELD_CHARACTERS:,} characters")
            try:
                value = decode(plain)
            except (ValueError, RecursionError) as error:
                check_nul(self._task.file, self._raw, self._task.sample.encoding)
                raise self._wrong(number, str(error)) from error
            yield number, value

    def _wrong(self, line: int, reason: str) -> Exception:
        return usage(
            "Not valid JSON",
            f"{self._task.file.path}: line {line:,} is no JSON: {reason}.",
            "Correct the line. One array of objects is JSON (`--format json`).",
        )


READER: Final = Reader("jsonl", recognise, open_json_lines)
