"""Rows as text for the clipboard: plain, CSV, JSON, Markdown, INSERT."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final, Literal

from cts_console.errors import CtsError
from cts_console.schema.browse import read_whole_rows
from cts_console.schema.browse_source import RowSource, Seek
from cts_console.sqlite import Connection, Row, SqliteValue, quote_identifier
from cts_console.transfer.literals import sql_literal
from cts_console.worker import Errand

CopyFormat = Literal["plain", "csv", "json", "markdown", "insert"]
FORMATS: Final[tuple[tuple[CopyFormat, str], ...]] = (
    ("csv", "CSV"),
    ("json", "JSON"),
    ("markdown", "Markdown"),
    ("insert", "INSERT"),
)
MOST_ROWS: Final = 10_000
MOST_BYTES: Final = 20_000_000


def copy_rows(
    connection: Connection | None,
    errand: Errand,
    source: RowSource,
    places: Sequence[tuple[Seek, int]],
    columns: Sequence[str],
    kind: CopyFormat,
    with_headers: bool,
) -> str:
    """Read the whole values of the rows at `places` and return them as text."""
    del errand
    if connection is None:
        raise CtsError("internal", "No connection", "Rows were to be copied without a file.")
    rows = read_whole_rows(connection, source, places, columns, max_bytes=MOST_BYTES)
    return format_rows(rows, columns, source.name, kind, with_headers=with_headers)


def format_rows(
    rows: Sequence[Row],
    columns: Sequence[str],
    table: str,
    kind: CopyFormat,
    *,
    with_headers: bool,
) -> str:
    """Return rows as text in one of the formats; INSERT, JSON and Markdown name their columns."""
    if kind == "json":
        found = [dict(zip(columns, map(_json_value, row), strict=True)) for row in rows]
        return json.dumps(found, ensure_ascii=False, indent=2)
    if kind == "insert":
        names = ", ".join(map(quote_identifier, columns))
        start = f"INSERT INTO {quote_identifier(table)} ({names}) VALUES ("
        return "\n".join(f"{start}{', '.join(map(sql_literal, row))});" for row in rows)
    if kind == "markdown":
        lines = [_markdown_line(columns), _markdown_line(["---"] * len(columns))]
        return "\n".join([*lines, *(_markdown_line(map(_plain, row)) for row in rows)])
    if kind == "csv":
        header = [",".join(map(_csv_value, columns))] if with_headers else []
        return "\r\n".join([*header, *(",".join(map(_csv_value, row)) for row in rows)])
    if len(rows) == 1 and len(columns) == 1 and not with_headers:
        # One value is copied as it is, whatever is in it.
        return _plain(rows[0][0])
    cell = partial(_tab_value, quotes=True)
    header = ["\t".join(map(cell, columns))] if with_headers else []
    return "\n".join([*header, *("\t".join(map(cell, row)) for row in rows)])


def _plain(value: SqliteValue) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.hex()
    return value if isinstance(value, str) else repr(value)


def _tab_value(value: SqliteValue, *, quotes: bool) -> str:
    text = _plain(value)
    if quotes and any(mark in text for mark in '\t\n\r"'):
        return _quoted(text)
    return text


def _csv_value(value: SqliteValue) -> str:
    # Text is always quoted, so that an empty one differs from NULL.
    return _quoted(value) if isinstance(value, str) else _plain(value)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _json_value(value: SqliteValue) -> int | float | str | None:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return value


def _markdown_line(cells: Iterable[str]) -> str:
    words = [c.replace("\\", "\\\\").replace("|", "\\|").replace("\n", "<br>") for c in cells]
    return f"| {' | '.join(words)} |"
