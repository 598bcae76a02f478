"""An open file of JSON values: what JSON and JSON Lines share once their values are divided."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import Any

from cts_console.transfer.files import CheckedBytes, Position
from cts_console.transfer.json_text import JsonRows
from cts_console.transfer.model import Detected, Format
from cts_console.transfer.source import Chunk, Source, Task
from cts_console.transfer.text import open_text

ReadValues = Callable[[Task, TextIOWrapper, CheckedBytes], Iterator[tuple[int, Any]]]
"""Yields the values of a file, each with the line on which it begins."""


@contextmanager
def open_values(task: Task, format: Format, read: ReadValues) -> Iterator[Source]:
    """Open a file of values as rows. Raises what `read` does, and usage where there is no row."""
    with open_text(task.file, task.sample.encoding, task.cancel) as (text, raw):
        yield _JsonSource(task, format, raw, read(task, text, raw))


class _JsonSource:
    def __init__(
        self, task: Task, format: Format, raw: CheckedBytes, values: Iterator[tuple[int, Any]]
    ) -> None:
        self._raw = raw
        self._rows = JsonRows(values, has_header=task.options.has_header, name=str(task.file.path))
        self.columns = self._rows.columns
        self.detected = Detected(
            format=format,
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
