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
_CACHE_FROM_ROWS: Final = 20_000


@contextmanager
def large_cache(connection: Connection, rows: int, size_kib: int) -> Iterator[None]:
    """Give a large batch a large cache: it keeps pages from being written twice."""
    if rows < _CACHE_FROM_ROWS:
        yield
        return
    before = connection.read_int("PRAGMA main.cache_size")
    connection.execute(f"PRAGMA main.cache_size = -{size_kib}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA main.cache_size = {before}")
