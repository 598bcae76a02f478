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
from cts_console.transfer.writing import FileFormat, Heading, WriteOptions, count_note


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
        renamed = [
            f"{name!r} (column {number})"
            for number, (name, column) in enumerate(zip(self._names, self._columns, strict=True), 1)
            if name != column
        ]
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
            *(
                [f"Names that came twice were made different: {', '.join(renamed)}."]
                if renamed
                else []
            ),
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

    def notes(self) -> list[str]:
        """Tell what the encoder tells."""
        return self._encoder.notes()


def unique_names(columns: Sequence[str]) -> tuple[str, ...]:
    """Return the names with a number behind each that came before: an object has a name once."""
    found: list[str] = []
    taken = set(columns)
    for column in columns:
        name, number = column, 1
        while name in found or (number > 1 and name in taken):
            number += 1
            name = f"{column}_{number}"
        found.append(name)
    return tuple(found)


FORMAT: Final = FileFormat("json", "JSON", (".json",), JsonWriter)
