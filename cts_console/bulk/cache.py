"""How large a page cache a batch gets for its time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from cts_console.sqlite import Connection

CACHE_KIB: Final = 96 * 1024
# Where no index is kept up, a larger one gains nothing: 3 million rows with three rebuilt indexes
# took 15.4 s with this and 13.9 to 16.8 s with 256 MiB, and 166 against 398 MB of memory.
IN_ORDER_CACHE_KIB: Final = 64 * 1024
# SQLite sorts in as much memory again as the cache may have. 4 million rows with three rebuilt
# indexes took 7.7 s of the processor with this, 8.5 and 9.9 s with 32 and 64 MiB.
SORTING_CACHE_KIB: Final = 16 * 1024
_CACHE_FROM_ROWS: Final = 20_000


@contextmanager
def large_cache(connection: Connection, rows: int | None, size_kib: int) -> Iterator[None]:
    """Give a large batch, or one of unknown size, a large cache.

    It keeps pages from being written twice.
    """
    if rows is not None and rows < _CACHE_FROM_ROWS:
        yield
        return
    with _cache(connection, f"-{size_kib}"):
        yield


@contextmanager
def sorting_cache(connection: Connection) -> Iterator[None]:
    """Let the cache be no larger than is good while indexes are built."""
    before = connection.read_int("PRAGMA main.cache_size")
    size_kib = -before if before < 0 else before * connection.read_int("PRAGMA page_size") // 1024
    if size_kib <= SORTING_CACHE_KIB:
        yield
        return
    with _cache(connection, f"-{SORTING_CACHE_KIB}"):
        yield


@contextmanager
def _cache(connection: Connection, size: str) -> Iterator[None]:
    before = connection.read_int("PRAGMA main.cache_size")
    connection.execute(f"PRAGMA main.cache_size = {size}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA main.cache_size = {before}")
