"""An SQL script: the table, and one INSERT per row, which SQLite runs back to the same contents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO, Final

from cts_console.sqlite import Row, SqliteValue, quote_identifier
from cts_console.transfer.literals import sql_literal
from cts_console.transfer.writing import (
    BrokenText,
    FileFormat,
    Heading,
    WriteOptions,
    renaming_note,
    unique_names,
)


class SqlWriter:
    """Writes a script that is one transaction."""

    def __init__(self, file: BinaryIO, heading: Heading, _options: WriteOptions) -> None:
        self._file = file
        self._columns = heading.columns
        self._names = unique_names(heading.columns, ignore_case=True)
        columns = ", ".join(map(quote_identifier, self._names))
        self._start = f"INSERT INTO {quote_identifier(heading.name)} ({columns}) VALUES ("
        # On a line of its own: the statement may end with a comment.
        head = f"PRAGMA foreign_keys = OFF;\nBEGIN;\n{heading.create_sql}\n;\n"
        file.write(head.encode())

    def write_rows(self, rows: Sequence[Row]) -> None:
        """Write some statements."""
        start = self._start
        lines = [f"{start}{', '.join(map(_literal, row))});\n" for row in rows]
        self._file.write("".join(lines).encode())

    def finish(self) -> None:
        """End the transaction."""
        self._file.write(b"COMMIT;\n")

    def abandon(self) -> None:
        """Do nothing: the file is the caller's."""

    def notes(self) -> list[str]:
        """Tell what a script does not hold."""
        return [
            *renaming_note(self._columns, self._names),
            "The script makes the table and its rows; indexes and triggers are not in it.",
        ]


def _literal(value: SqliteValue) -> str:
    if isinstance(value, BrokenText):
        return f"CAST(X'{value.raw.hex()}' AS TEXT)"
    return sql_literal(value)


FORMAT: Final = FileFormat("sql", "SQL", (".sql",), SqlWriter, keeps_bytes=True)
