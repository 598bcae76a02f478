"""What the cell panel shows of one value, made ready beside the user-interface thread."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from cts_console.errors import CtsError
from cts_console.schema.browse import MAX_WHOLE_BYTES, CellValue, read_cell
from cts_console.schema.browse_source import RowSource, Seek
from cts_console.sqlite import Connection, SqliteValue
from cts_console.ui.text import size_text
from cts_console.worker import Errand

HEX_BYTES: Final = 65_536
"""The hex view shows the beginning of a value."""
LARGEST_JSON: Final = 2_000_000
LARGEST_IMAGE_BYTES: Final = 20_000_000
_LARGEST_IMAGE_PIXELS: Final = 64_000_000
_IMAGE_SIDE: Final = 1200
_HEX_ROW: Final = 16


@dataclass(frozen=True, slots=True)
class CellContent:
    """One value in every way in which it can be looked at."""

    facts: str
    """Storage class and size."""
    note: str = ""
    """What is missing and why; "" for nothing."""
    text: str | None = None
    """The value as text; None for a BLOB that is none."""
    pretty_json: str | None = None
    """The text as indented JSON; None where it is none."""
    hex_dump: str | None = None
    """The first bytes; None for NULL and numbers."""
    image: QImage | None = None
    """The BLOB as a picture; None where it is none."""


def read_content(
    connection: Connection | None,
    errand: Errand,
    source: RowSource,
    place: Seek,
    column: str,
) -> CellContent:
    """Read one value whole and make its views."""
    del errand
    if connection is None:
        raise CtsError("internal", "No connection", "A value was asked for without a file.")
    cell = read_cell(connection, source, place, column)
    if cell is None:
        return CellContent("", "The row is gone: it was deleted or changed since it was read.")
    return content_of(cell)


def content_of(cell: CellValue) -> CellContent:
    """Return the views of a value."""
    kind = cell.storage_class
    if cell.is_too_large:
        limit = size_text(MAX_WHOLE_BYTES)
        return CellContent(
            f"{kind.upper()} · {cell.size_bytes:,} bytes",
            f"Larger than {limit}: the window does not load it. Export it with a query instead.",
        )
    if cell.value is None:
        return CellContent("NULL", "No value.")
    if isinstance(cell.value, int | float):
        return CellContent(kind.upper(), text=repr(cell.value))
    facts = f"{kind.upper()} · {cell.size_bytes:,} bytes"
    note = "Some bytes are no valid text and read \ufffd." if cell.is_broken_text else ""
    if isinstance(cell.value, str):
        facts += f" · {len(cell.value):,} characters"
        dump = hex_dump(cell.value.encode("utf-8", "surrogatepass")[:HEX_BYTES])
        return CellContent(facts, note, cell.value, _pretty(cell.value), dump)
    if len(cell.value) > HEX_BYTES:
        note = f"Hex shows the first {HEX_BYTES:,} of {len(cell.value):,} bytes."
    return CellContent(
        facts,
        note,
        _as_text(cell.value),
        None,
        hex_dump(cell.value[:HEX_BYTES]),
        _as_image(cell.value),
    )


def hex_dump(data: bytes) -> str:
    """Return lines of offset, sixteen bytes in hex, and the same as ASCII."""
    lines = []
    for offset in range(0, len(data), _HEX_ROW):
        row = data[offset : offset + _HEX_ROW]
        ascii_text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        lines.append(f"{offset:06x}  {row.hex(' '):<{_HEX_ROW * 3}} {ascii_text}")
    return "\n".join(lines)


class _Literal(str):
    """A number as it is written: 1.10 must not become 1.1."""

    __slots__ = ()


class _Pairs(list[tuple[str, object]]):
    """The members of an object in their order, doubles included."""


def _pretty(text: str) -> str | None:
    if len(text) > LARGEST_JSON or text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        value = json.loads(
            text,
            object_pairs_hook=_Pairs,
            parse_float=_Literal,
            parse_int=_Literal,
            parse_constant=_Literal,
        )
        return _indented(value, "")
    except (ValueError, RecursionError):
        return None


def _indented(value: object, margin: str) -> str:
    if isinstance(value, _Literal):
        return str(value)
    deeper = f"{margin}  "
    if isinstance(value, _Pairs):
        open_, close = "{", "}"
        parts = [
            f"{json.dumps(name, ensure_ascii=False)}: {_indented(member, deeper)}"
            for name, member in value
        ]
    elif isinstance(value, list):
        open_, close = "[", "]"
        parts = [_indented(member, deeper) for member in value]
    else:
        return json.dumps(value, ensure_ascii=False)
    if not parts:
        return f"{open_}{close}"
    inner = f",\n{deeper}".join(parts)
    return f"{open_}\n{deeper}{inner}\n{margin}{close}"


def _as_text(data: SqliteValue) -> str | None:
    if not isinstance(data, bytes):
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if all(c.isprintable() or c in "\t\r\n" for c in text[:4096]) else None


def _as_image(data: bytes) -> QImage | None:
    if len(data) > LARGEST_IMAGE_BYTES or not _looks_like_image(data):
        return None
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > _LARGEST_IMAGE_PIXELS:
        return None
    if max(size.width(), size.height()) > _IMAGE_SIDE:
        box = QSize(_IMAGE_SIDE, _IMAGE_SIDE)
        reader.setScaledSize(size.scaled(box, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else image


def _looks_like_image(data: bytes) -> bool:
    starts = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM")
    return data.startswith(starts) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")
