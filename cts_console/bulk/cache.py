"""How large a page cache a batch gets for its time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from cts_console.sqlite import Connection

CACHE_KIB: Final = 96 * 1024
# Where no index is kept up, a larger one gains nothing: 3 million rows with three rebuilt indexes
# took 15.4 s with this and 13.9 to 16.8 s with 256 MiB, and 166 against 398 MB of memory.
NO_INDEX_CACHE_KIB: Final = 64 * 1024
# Rows that come in the order of their key besides meet no page twice: a million of a CSV with three
# rebuilt indexes took 3.07 s, and with 64 MiB 3.17 s; half a million from Python 0.36 and 0.37 s.
IN_ORDER_CACHE_KIB: Final = 16 * 1024
SORTING_CACHE_KIB: Final = 2 * 1024
"""For building an index: the sorter fills as much as the cache may hold before it sorts, and small
runs stay in the processor's caches. Three indexes of 6 million rows took 8.8 and 7.8 s of processor
time with 64 MiB, 6.2 s with 16, 5.7 s with 4, 5.5 and 5.4 s with 2, 5.5 s with 1 MiB."""
_CACHE_FROM_ROWS: Final = 20_000


@contextmanager
def large_cache(
    connection: Connection, rows: int | None, size_kib: int
) -> Iterator[Callable[[int], None]]:
    """Give a large batch, or one of unknown size, a large cache.

    It keeps pages from being written twice. The function that is yielded makes it larger.
    """
    if rows is not None and rows < _CACHE_FROM_ROWS:
        yield lambda _kib: None
        return

    def grow(kib: int) -> None:
        connection.execute(f"PRAGMA main.cache_size = -{max(kib, size_kib)}")

    with cache_of(connection, size_kib):
        yield grow


@contextmanager
def cache_of(connection: Connection, size_kib: int) -> Iterator[None]:
    """Let the page cache have another size for the block."""
    before = connection.read_int("PRAGMA main.cache_size")
    connection.execute(f"PRAGMA main.cache_size = -{size_kib}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA main.cache_size = {before}")
