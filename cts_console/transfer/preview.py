"""The beginning of a file: how it is read, its columns, its first rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cts_console.progress import CancelToken
from cts_console.transfer.kinds import ColumnCensus
from cts_console.transfer.model import Preview, ReadOptions
from cts_console.transfer.opening import open_source
from cts_console.transfer.source import Source


def preview_source(
    file: Path,
    options: ReadOptions | None = None,
    rows: int = 50,
    *,
    whole: bool = False,
    cancel: CancelToken | None = None,
) -> Preview:
    """Read the first `rows` rows of `file` and return what they are.

    With `whole` the kinds rest on every row; the whole file is read for it. Raises as `open_source`
    does.
    """
    with open_source(file, options or ReadOptions(), cancel) as source:
        return _read_preview(file, source, rows, whole=whole)


def _read_preview(file: Path, source: Source, rows: int, *, whole: bool) -> Preview:
    first: list[tuple[Any, ...]] = []
    census = [ColumnCensus(name) for name in source.columns]
    read = 0
    is_whole = True
    for chunk in source.chunks(10_000 if whole else rows):
        if not whole and read >= rows:
            is_whole = False
            break
        first.extend(tuple(row) for row in chunk.rows[: rows - len(first)])
        read += len(chunk.rows)
        for column, cells in zip(census, zip(*chunk.rows, strict=True), strict=False):
            column.add(cells)
    return Preview(
        file=file,
        detected=source.detected,
        columns=tuple(column.column() for column in census),
        rows=tuple(first),
        rows_read=read,
        is_whole=is_whole,
    )
