"""The open side database: its connection, its transactions, and whose records are asked for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import TracebackType
from typing import Self

from cts_console.sqlite import (
    Connection,
    Row,
    SqliteValue,
    transaction,
)
from cts_console.store.databases import (
    find_database,
    find_family,
    read_database,
    record_database,
)
from cts_console.store.failing import store_errors
from cts_console.store.identity import DatabaseIdentity
from cts_console.store.records import (
    StoredAudit,
)


class StoreBase:
    """One thread uses it at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def close(self) -> None:
        """Close the side database."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _writing(self, identity: DatabaseIdentity) -> Iterator[int]:
        with store_errors(), transaction(self._connection):
            yield record_database(self._connection, identity, now_ms())

    def _read_rows(
        self, identity: DatabaseIdentity, sql: str, *arguments: SqliteValue
    ) -> list[Row]:
        with store_errors():
            database = find_database(self._connection, identity)
            if database is None:
                return []
            return self._connection.read_rows(sql, (database, *arguments))

    def _first_in_family(
        self, identity: DatabaseIdentity, read: Callable[[int], StoredAudit | None]
    ) -> StoredAudit | None:
        """Ask of this database, then of those of which it is a copy, until one has an answer."""
        with store_errors():
            own = find_database(self._connection, identity)
            for database in find_family(self._connection, identity):
                found = read(database)
                if found is not None and database != own:
                    original = read_database(self._connection, database).last_path
                    return replace(found, original=original)
                if found is not None:
                    return found
            return None


def now_ms() -> int:
    """Return the time of now, milliseconds since the epoch."""
    return time.time_ns() // 1_000_000
