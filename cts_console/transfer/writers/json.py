"""JSON: one array of objects, one object a line.

JSON has neither BLOBs nor infinity: a BLOB is `{"blob": "…"}` in base64, infinity a text.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Sequence
from typing import BinaryIO, Final

from cts_console.sqlite import Row, SqliteValue
from cts_console.transfer.writing import (
    FileFormat,
    Heading,
    WriteOptions,
    count_note,
    renaming_note,
    unique_names,
)


class RowEncoder:
    """Makes JSON objects of rows."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._names = unique_names(columns)
        self._columns = tuple(columns)
        self._blobs = self._infinite = 0
        self._encode = json.JSONEncoder(
            ensure_ascii=False, allow_nan=False, separators=(", ", ": "), default=self._blob
        ).encode

    def encode(self, row: Row) -> str:
        """Return one row as an object on one line."""
        blobs_before = self._blobs
        try:
            return self._encode(dict(zip(self._names, row, strict=True)))
        except ValueError:
            # Infinity: rare, and told by no hook.
            self._blobs = blobs_before
            return self._encode(dict(zip(self._names, map(self._finite, row), strict=True)))

    def notes(self) -> list[str]:
        """Tell what JSON has no word for, and what was renamed."""
        return [
            *count_note(
                self._blobs,
                'BLOB is written as {"blob": "…"} in base64.',
                'BLOBs are written as {"blob": "…"} in base64.',
            ),
            *count_note(
                self._infinite,
                "infinite number is written as text, which JSON has no number for.",
                "infinite numbers are written as text, which JSON has no number for.",
            ),
            *renaming_note(self._columns, self._names),
        ]

    def _blob(self, value: object) -> dict[str, str]:
        if not isinstance(value, bytes):
            raise TypeError(f"{type(value).__name__} is no value of SQLite")
        self._blobs += 1
        return {"blob": base64.b64encode(value).decode()}

    def _finite(self, value: SqliteValue) -> SqliteValue:
        if not isinstance(value, float) or math.isfinite(value):
            return value
        self._infinite += 1
        return "Infinity" if value > 0 else "-Infinity"


class JsonWriter:
    """Writes an array of objects."""

    def __init__(self, file: BinaryIO, heading: Heading, _options: WriteOptions) -> None:
        self._file = file
        self._encoder = RowEncoder(heading.columns)
        self._before = "[\n"

    def write_rows(self, rows: Sequence[Row]) -> None:
        """Write some objects."""
        lines = ",\n".join(map(self._encoder.encode, rows))
        self._file.write(f"{self._before}{lines}".encode())
        self._before = ",\n"

    def finish(self) -> None:
        """Close the array."""
        self._file.write(b"[]\n" if self._before == "[\n" else b"\n]\n")

    def abandon(self) -> None:
        """Do nothing: the file is the caller's."""

    def notes(self) -> list[str]:
        """Tell what the encoder tells."""
        return self._encoder.notes()


FORMAT: Final = FileFormat("json", "JSON", (".json",), JsonWriter)
