"""The rows of a selection as they are written: in chunks, decoded, nothing secret in them."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from itertools import islice
from typing import Final

from cts_console.schema.browse_cells import read_text_encoding
from cts_console.sqlite import Connection, Row, SqliteValue
from cts_console.sqlite.results import describe_query, stream_foreign_rows
from cts_console.transfer.masking import Mask, read_mask
from cts_console.transfer.selection import Selection, plain_create_sql
from cts_console.transfer.writing import BrokenText, Heading, unique_names

_CHUNK_ROWS: Final = 500
# Of a wide table a chunk has fewer rows.
_CHUNK_CELLS: Final = 10_000


class SelectedRows:
    """Reads the rows of a selection, with nothing secret in them."""

    def __init__(self, connection: Connection, selection: Selection, *, reveals: bool) -> None:
        shape = describe_query(connection, selection.sql)
        self.selection = selection
        self.columns = tuple(column.name for column in shape.columns)
        self.reads_bytes = False
        self._mask: Mask | None = None
        if not reveals:
            mask = read_mask(connection, selection.sql, shape)
            self._mask = mask if mask.hides else None
        self._connection = connection
        self._encoding = read_text_encoding(connection)
        self._broken = 0

    def heading(self) -> Heading:
        """Return what stands above the rows."""
        name = self.selection.name
        if name.lower().startswith("sqlite_"):
            # SQLite keeps such names for itself.
            name = f"copy_of_{name}"
        create_sql = self.selection.create_sql or plain_create_sql(
            name, unique_names(self.columns, ignore_case=True)
        )
        return Heading(name, self.columns, create_sql)

    def stream_chunks(self) -> Generator[list[Row]]:
        """Yield the rows, some at a time."""
        self._broken = 0
        sql = self.selection.sql
        if self.reads_bytes:
            sql = self.selection.raw_sql(len(self.columns))
        size = max(1, min(_CHUNK_ROWS, _CHUNK_CELLS // len(self.columns)))
        with closing(stream_foreign_rows(self._connection, sql, self.selection.bindings)) as stream:
            while rows := list(islice(stream, size)):
                if self.reads_bytes:
                    rows = [tuple(map(self._decoded, row)) for row in rows]
                yield rows if self._mask is None else list(map(self._mask.apply, rows))

    @property
    def broken_texts(self) -> int:
        """How many texts were no valid text."""
        return self._broken

    def mask_notes(self) -> list[str]:
        """Return what is not shown."""
        return self._mask.notes() if self._mask is not None else []

    def _decoded(self, value: SqliteValue) -> SqliteValue:
        """Return a value of `raw_sql`: bytes are text there, and text is a BLOB."""
        if isinstance(value, str):
            return bytes.fromhex(value)
        if not isinstance(value, bytes):
            return value
        try:
            return value.decode(self._encoding)
        except UnicodeDecodeError:
            self._broken += 1
            return BrokenText.of(value, self._encoding)
