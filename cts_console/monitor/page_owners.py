"""Which b-tree a page belongs to, learnt from the inner pages of the b-trees, without a lock.

The pages of a b-tree are listed in its inner pages, of which there is one for some hundred leaves:
they are read through SQLite's own descriptor, or from the log where a newer one lies there, a few
at a time. `dbstat` would read every page, in a read transaction, and know nothing of pages that
were added since; here an inner page that is written teaches its new leaves. A map of a file that is
being written is never exact: what it says is approximate. Pages of long values (overflow) and free
ones have no owner.

Format: https://sqlite.org/fileformat.html#b_tree_pages.
"""

from __future__ import annotations

import struct
import time
from array import array
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from cts_console.sqlite import Connection

MOST_PAGES: Final = 20_000_000
"""Pages that are mapped, two bytes each; later ones stay unknown."""
_INNER: Final = (2, 5)
_FILE_HEADER_BYTES: Final = 100
_PAGE_HEADER_BYTES: Final = 12
# Type of the page, first free block, number of cells, start of the cells, fragments, last child
_HEADER: Final = struct.Struct(">BHHHBI")
_MOST_OBJECTS: Final = 0xFFFF

ReadPage = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Owner:
    """A b-tree."""

    name: str
    """Of the table or index."""
    table: str
    """The table that it is or belongs to."""


class PageOwners:
    """A map from pages to b-trees that learns a little at every call of `learn`."""

    def __init__(self, read_page: ReadPage) -> None:
        self._read_page = read_page
        self._owners: tuple[Owner, ...] = ()
        self._owner_of = array("H")
        self._inner: set[int] = set()
        self._to_learn: deque[tuple[int, int]] = deque()

    @property
    def is_complete(self) -> bool:
        """Whether every inner page that is known was read."""
        return not self._to_learn

    def begin(self, roots: Iterable[tuple[Owner, int]], pages: int) -> None:
        """Forget what was known; learn the b-trees with these root pages in a file of `pages`."""
        listed = list(roots)[: _MOST_OBJECTS - 1]
        self._owners = tuple(owner for owner, _ in listed)
        self._owner_of = array("H")
        self.grow(pages)
        self._inner = set()
        self._to_learn.clear()
        for number, (_, root) in enumerate(listed, 1):
            self._claim(root, number)
            self._inner.add(root)  # leaf or not: a leaf may become one
            self._to_learn.append((root, number))

    def grow(self, pages: int) -> None:
        """Make room for a file of so many pages."""
        missing = min(pages, MOST_PAGES) + 1 - len(self._owner_of)
        if missing > 0:
            self._owner_of.frombytes(bytes(2 * missing))

    def owner(self, page: int) -> Owner | None:
        """Return the b-tree that a page belongs to, or None where that is not known."""
        number = self._owner_of[page] if page < len(self._owner_of) else 0
        return self._owners[number - 1] if number else None

    def note_written(self, pages: Iterable[int]) -> None:
        """Read the inner ones among these pages again, before all others: they have changed."""
        for page in pages:
            if page in self._inner and page < len(self._owner_of):
                self._to_learn.appendleft((page, self._owner_of[page]))

    def learn(self, limit_s: float) -> None:
        """Read inner pages until all are known, for about `limit_s` seconds at most."""
        deadline_s = time.perf_counter() + limit_s
        while self._to_learn and time.perf_counter() < deadline_s:
            self._learn_page(*self._to_learn.popleft())

    def _learn_page(self, page: int, number: int) -> None:
        children = [
            child
            for child in read_children(page, self._read_page(page))
            if 1 < child < len(self._owner_of)
        ]
        for child in children:
            self._claim(child, number)
        # A b-tree has the same height everywhere: as the first child is, so are the others.
        if children and is_inner(children[0], self._read_page(children[0])):
            for child in children:
                if child not in self._inner:  # a damaged file may go round in a circle
                    self._inner.add(child)
                    self._to_learn.append((child, number))

    def _claim(self, page: int, number: int) -> None:
        if 0 < page < len(self._owner_of):
            self._owner_of[page] = number


def read_roots(connection: Connection) -> list[tuple[Owner, int]]:
    """Return the b-trees of the database with their root pages, by one short read."""
    rows = connection.read_schema_rows(
        "SELECT name, tbl_name, rootpage FROM sqlite_schema WHERE rootpage > 0"
    )
    roots = [(Owner("sqlite_schema", "sqlite_schema"), 1)]
    for name, table, root in rows:
        if isinstance(root, int):
            roots.append((Owner(str(name), str(table)), root))
    return roots


def is_inner(page: int, data: bytes) -> bool:
    """Return whether these are the bytes of an inner page of a b-tree."""
    start = _FILE_HEADER_BYTES if page == 1 else 0
    return len(data) > start and data[start] in _INNER


def read_children(page: int, data: bytes) -> list[int]:
    """Return the pages below an inner page, from left to right; none for any other page."""
    start = _FILE_HEADER_BYTES if page == 1 else 0
    if len(data) < start + _PAGE_HEADER_BYTES or data[start] not in _INNER:
        return []
    _, _, cells, _, _, last = _HEADER.unpack_from(data, start)
    places_at = start + _PAGE_HEADER_BYTES
    cells = min(cells, (len(data) - places_at) // 2)
    places = struct.unpack_from(f">{cells}H", data, places_at)
    return [int.from_bytes(data[place : place + 4], "big") for place in places] + [last]
