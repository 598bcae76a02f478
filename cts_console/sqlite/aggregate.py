"""Functions of ours over the rows of a statement, which stay inside SQLite meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

import apsw

from cts_console.sqlite.connection import Connection, SqliteValue


class Aggregate(Protocol):
    """One call of an aggregate function."""

    @property
    def step(self) -> Callable[..., None]:
        """Takes a row's values."""

    def final(self) -> SqliteValue:
        """Return the result."""


@contextmanager
def aggregate(
    connection: Connection, name: str, factory: Callable[[], Aggregate]
) -> Iterator[None]:
    """Let statements of the block call `name` over any columns: one `factory()` per call.

    A row costs it less than a row of `stream_rows`. Nothing in the file's schema can call it. No
    other statement of the connection may be open when the block ends.
    """
    connection.raw.create_aggregate_function(name, factory, flags=apsw.SQLITE_DIRECTONLY)
    try:
        yield
    finally:
        with suppress(apsw.ConnectionClosedError):
            connection.raw.create_aggregate_function(name, None)
