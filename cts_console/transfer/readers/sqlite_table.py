"""A table of another SQLite database, opened for reading on a connection of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final

from cts_console.schema import Table, read_schema
from cts_console.sqlite import MAGIC, Connection, open_database, quote_identifier, read_transaction
from cts_console.transfer.files import Position, SourceFile
from cts_console.transfer.model import Detected, usage
from cts_console.transfer.source import Chunk, Reader, Sample, Source, Task


def recognise(_file: SourceFile, sample: Sample) -> str | None:
    """Return that SQLite's mark begins the file."""
    return "SQLite's mark begins it" if sample.head.startswith(MAGIC) else None


@contextmanager
def open_table(task: Task) -> Iterator[Source]:
    """Open the named table, or the only one. Raises as `open_database`, and usage for none."""
    if task.file.compression != "none":
        raise usage(
            "A packed database",
            f"{task.file.path} is packed, and SQLite reads a database only where it lies.",
            "Unpack it first.",
        )
    with (
        open_database(task.file.path, cancel=task.cancel) as connection,
        connection.guard(cancel=task.cancel),
        read_transaction(connection),
    ):
        table = _choose(task, read_schema(connection).ordinary_tables())
        yield TableSource(task, connection, table)


class TableSource:
    """An open table; one read transaction lasts while it is open."""

    position: Position | None = None

    def __init__(self, task: Task, connection: Connection, table: Table) -> None:
        self._connection = connection
        self._table = table
        self.columns = tuple(column.name for column in table.columns if not column.hidden)
        self.detected = Detected(
            format="sqlite",
            table=table.name,
            decimal_comma=bool(task.options.decimal_comma),
            null_texts=task.options.null_texts if task.options.null_texts is not None else (),
            reasons=(*task.reasons, f"its table {table.name} is read"),
        )

    def chunks(self, rows: int) -> Iterator[Chunk]:
        """Yield the rows, numbered from 1 in the table's order."""
        names = ", ".join(map(quote_identifier, self.columns))
        stream = self._connection.stream_rows(
            f"SELECT {names} FROM main.{quote_identifier(self._table.name)}"
        )
        done = 0
        while True:
            read: list[Sequence[Any]] = []
            try:
                read.extend(islice(stream, rows))
            except UnicodeDecodeError as error:
                raise usage(
                    "Text that is none",
                    f"{self._connection.path}: row {done + len(read) + 1:,} of {self._table.name} "
                    "holds text whose bytes are no valid text.",
                    "Correct the row, or take it out.",
                ) from error
            if not read:
                return
            yield Chunk(range(done + 1, done + len(read) + 1), read)
            done += len(read)

    def read_digest(self, rows: int) -> str:
        """Return the BLAKE2b of all rows, hex: a database is no fixed row of bytes."""
        digest = hashlib.blake2b(digest_size=32)
        for chunk in self.chunks(rows):
            digest.update(repr(chunk.rows).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


def _choose(task: Task, tables: tuple[Table, ...]) -> Table:
    wanted = task.options.table
    names = ", ".join(table.name for table in tables)
    if wanted is None and len(tables) == 1:
        return tables[0]
    for table in tables:
        if wanted is not None and table.name.lower() == wanted.lower():
            return table
    raise usage(
        "Which table?",
        f"{task.file.path} has the tables {names or '(none)'}"
        + ("." if wanted is None else f", and no {wanted!r}."),
        "Name one (`--sheet NAME`).",
    )


READER: Final = Reader("sqlite", recognise, open_table)
