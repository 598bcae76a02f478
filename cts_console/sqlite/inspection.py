"""What a connection knows about itself, and questions that a stranger's schema may fail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import apsw

from cts_console.sqlite.connection import Bindings, Connection, Row

_SMALL_CACHE: Final = -2_000
"""In KiB, as SQLite's own default (https://sqlite.org/pragma.html#pragma_cache_size)."""


@dataclass(frozen=True, slots=True)
class CacheUse:
    """The page cache of one connection since it was opened."""

    used_bytes: int
    """Memory that the cache holds now."""
    hits: int
    """Pages found in it."""
    misses: int
    """Pages read from the file."""
    spills: int
    """Pages written before the COMMIT, because the cache was full."""


def read_cache_use(connection: Connection) -> CacheUse:
    """Return the figures of this connection's page cache (`sqlite3_db_status`)."""
    status = connection.raw.status
    return CacheUse(
        used_bytes=status(apsw.SQLITE_DBSTATUS_CACHE_USED)[0],
        hits=status(apsw.SQLITE_DBSTATUS_CACHE_HIT)[0],
        misses=status(apsw.SQLITE_DBSTATUS_CACHE_MISS)[0],
        spills=status(apsw.SQLITE_DBSTATUS_CACHE_SPILL)[0],
    )


@contextmanager
def small_cache(connection: Connection) -> Iterator[None]:
    """Give the block SQLite's own small page cache.

    What visits every page once gains nothing by a larger one, and pays for looking after it.
    """
    before = connection.read_int("PRAGMA cache_size")
    connection.execute(f"PRAGMA cache_size = {_SMALL_CACHE}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA cache_size = {before}")


def read_busy_timeout(connection: Connection) -> int:
    """Return for how many milliseconds this connection waits for a lock.

    `PRAGMA busy_timeout` does not tell inside a guard: a busy handler sets what it reads to 0.
    """
    return connection._busy_timeout_ms


def read_foreign_rows(connection: Connection, sql: str, bindings: Bindings = ()) -> list[Row]:
    """Run `sql`, which is ours, where the file's own schema can make it fail; return its rows.

    A foreign key to a column without a unique index, a collation or a function that only the
    file's own program has: each comes out as `CtsError("usage")`, with SQLite's message.
    """
    with connection._translated(foreign_sql=True):
        return list(connection.raw.execute(sql, bindings))
