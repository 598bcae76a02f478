"""JSON Lines (https://jsonlines.org): one object a line, as in JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO, Final

from cts_console.sqlite import Row
from cts_console.transfer.writers.json import RowEncoder
from cts_console.transfer.writing import FileFormat, Heading, WriteOptions


class JsonLinesWriter:
    """Writes one object a line."""

    def __init__(self, file: BinaryIO, heading: Heading, _options: WriteOptions) -> None:
        self._file = file
        self._encoder = RowEncoder(heading.columns)

    def write_rows(self, rows: Sequence[Row]) -> None:
        """Write some lines."""
        self._file.write("".join([f"{self._encoder.encode(row)}\n" for row in rows]).encode())

    def finish(self) -> None:
        """Do nothing: the last line has its end."""

    def abandon(self) -> None:
        """Do nothing: the file is the caller's."""

    def notes(self) -> list[str]:
        """Tell what the encoder tells."""
        return self._encoder.notes()


FORMAT: Final = FileFormat("jsonl", "JSON Lines", (".jsonl", ".ndjson"), JsonLinesWriter)
