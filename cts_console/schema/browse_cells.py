"""Cells of a page: every value in its storage class, and none larger than a screen needs.

A long value is cut in SQL, so that a table of large values is never carried through memory. Each
column stays one result column (a table may have 2,000, which is SQLite's limit for both): what is
cut comes as a BLOB that says kind, size and beginning, and since real BLOBs are always cut, a BLOB
can mean nothing else.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

from cts_console.sqlite import Connection, SqliteValue

WHOLE_TEXT_BYTES: Final = 300
"""Texts of up to this size come whole."""
CUT_TEXT_CHARACTERS: Final = 200
"""How much of a longer text is shown."""
LARGEST_CUT_BYTES: Final = 262_144
"""Of a text larger than this not even the beginning is read: SQLite would load all of it."""

CutKind = Literal["text", "blob", "broken"]

_ENCODINGS: Final = {"UTF-8": "utf-8", "UTF-16le": "utf-16-le", "UTF-16be": "utf-16-be"}


class Cut(NamedTuple):
    """A value of which a cell holds a part. A named tuple, because a page has many cells."""

    kind: CutKind
    """`broken` is text with bytes that are no valid text; they read U+FFFD."""
    size_bytes: int
    """Bytes of the whole value."""
    text: str
    """The beginning of a text; "" for a BLOB and for a text too large to begin."""


Cell = None | int | float | str | Cut
Cells = tuple[Cell, ...]


def cell_expression(name: str, *, raw_text: bool = False) -> str:
    """Return the SQL expression for the cell of the column `name`, which is quoted already.

    `typeof` and `octet_length` do not load the value. With `raw_text` short texts come as their
    bytes as well, for tables in which one is no valid text.
    """
    marked = f"octet_length({name}) || ':'"
    whole = f"CAST('w' || {marked} || {name} AS BLOB)" if raw_text else name
    return (
        f"CASE typeof({name}) WHEN 'text' THEN "
        f"CASE WHEN octet_length({name}) <= {WHOLE_TEXT_BYTES} THEN {whole} "
        f"WHEN octet_length({name}) <= {LARGEST_CUT_BYTES} "
        f"THEN CAST('t' || {marked} || substr({name}, 1, {CUT_TEXT_CHARACTERS}) AS BLOB) "
        f"ELSE CAST('t' || {marked} AS BLOB) END "
        f"WHEN 'blob' THEN CAST('b' || {marked} AS BLOB) ELSE {name} END"
    )


def decode_cell(value: SqliteValue, encoding: str) -> Cell:
    """Return what `cell_expression` gave as a cell; `encoding` is the file's."""
    if not isinstance(value, bytes):
        return value
    text = value.decode(encoding, "replace")
    mark, _, beginning = text.partition(":")
    size_bytes = int(mark[1:])
    if mark[0] == "b":
        return Cut("blob", size_bytes, "")
    if not _is_valid(value, encoding):
        return Cut("broken", size_bytes, beginning)
    return beginning if mark[0] == "w" else Cut("text", size_bytes, beginning)


def read_text_encoding(connection: Connection) -> str:
    """Return Python's name for the encoding in which the file keeps texts."""
    name = connection.read_value("PRAGMA encoding")
    return _ENCODINGS.get(str(name), "utf-8")


def cells_bytes(rows: Iterable[Cells]) -> int:
    """Return about how much memory the rows take."""
    size = sys.getsizeof
    return sum(
        size(row) + sum(size(cell[2]) + 64 if isinstance(cell, Cut) else size(cell) for cell in row)
        for row in rows
    )


def _is_valid(value: bytes, encoding: str) -> bool:
    try:
        value.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
