"""Rows sorted by their key before they are written, where they would come in no order.

A table lies in the order of its key: rows in no order each meet another page. As long as all pages
fit into the cache that costs little. Where they do not, nearly every row reads a page and writes
one, and most pages are written many times. Sorted, a page is met once.

Rows are a stream, so they are set aside in a private file first and read back in order; SQLite
sorts them in bounded memory. Smaller parts, sorted in memory, gain next to nothing: measured with
200,000 rows into 3 million, 1.2 times with 10,000 rows at a time and 1.5 with 50,000, against 2.5
with all of them; to sort by an index instead of the table's own key gains nothing at all.

Sorting must change nothing but the speed, so it is for tables alone where the order of the rows
decides nothing: rows of the same key stay in the input's order, and no other key, trigger, id that
SQLite gives, or reference of the table to itself is there to notice the order of the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice, pairwise
from math import isnan
from operator import itemgetter, le
from typing import Any, Final

from cts_console.bulk.rows import Chunk
from cts_console.bulk.target import BUILT_IN_COLLATIONS, Target
from cts_console.errors import CtsError
from cts_console.maintenance.private_folders import private_folder
from cts_console.progress import CancelToken
from cts_console.sqlite import Connection, Row, open_database, quote_identifier, transaction
from cts_console.sqlite.inspection import read_cache_use

# So many bytes of rows are set aside at a time; sorting needs as much again.
PART_BYTES: Final = 512 * 2**20
# For the pages of the private file, and as much again to sort in.
_CACHE_KIB: Final = 8 * 1024
# Sorted, 60,000 rows into 3 million took 0.75 of the processor's time, 30,000 took 0.9.
FEWEST_ROWS: Final = 50_000
_LOOK_ROWS: Final = 10_000
# Rows in no order in a table that does not fit: 0.9 pages read and 0.7 spilled for each. Rows in
# order read nothing, however many they are.
_MISSES_PER_ROW: Final = 0.25
_SPILLS_PER_ROW: Final = 0.1
# Of keys of chance, neighbours come a third of all rows apart.
_NEAR: Final = 0.1
SAMPLE_ROWS: Final = 10_000
"""By so many rows it is told whether sorting them would help."""


@dataclass(frozen=True, slots=True)
class SortKey:
    """The key by which the rows of a table lie."""

    places: tuple[int, ...]
    """Where its columns are in a row of the input."""
    types: tuple[str, ...]
    """Type and collation of each, as SQL: what is equal there must be equal here."""
    is_rowid: bool
    """Whether it is the rowid, for which SQLite takes NULL as the wish for a new one."""


def find_sort_key(
    target: Target, *, replaces: bool = False, ends_at_refusal: bool = False
) -> SortKey | str:
    """Return the key, or why rows must come in the order of the input.

    `replaces` says that a row that is there gives way to one with the same key; `ends_at_refusal`
    that the first refused row ends everything, and nobody asks which one it was.
    """
    table = target.table
    alias = table.rowid_alias
    if not (table.without_rowid or alias):
        return f"SQLite gives the rows of {table.name} their ids in the order of the input"
    if not set(table.primary_key) <= set(target.columns):
        return f"the rows do not hold the key of {table.name}"
    if target.has_triggers:
        return f"triggers of {table.name} run in the order of the input"
    if not ends_at_refusal and any(i.unique and i.origin != "pk" for i in table.indexes):
        return f"with a second key of {table.name} the order decides which row is refused"
    if any(key.parent.lower() == table.name.lower() for key in table.foreign_keys):
        return f"rows of {table.name} refer to rows before them"
    if replaces and table.foreign_keys:
        return f"what a replaced row of {table.name} takes along depends on the order"
    collations = {
        key.column: key.collation.upper()
        for index in table.indexes
        if index.origin == "pk"
        for key in index.keys
    }
    if not set(collations.values()) <= set(BUILT_IN_COLLATIONS):
        return f"the key of {table.name} has a collation of its own"
    declared = {column.name: column.type for column in table.columns}
    return SortKey(
        places=tuple(target.columns.index(name) for name in table.primary_key),
        types=tuple(
            f"{quote_identifier(declared[name]) if declared[name] else ''} "
            f"COLLATE {collations.get(name, 'BINARY')}"
            for name in table.primary_key
        ),
        is_rowid=alias is not None,
    )


def come_in_order(chunk: Chunk, target: Target, most_rows: int) -> bool:
    """Return whether rows that come together lie together, by the first `most_rows` of a chunk.

    True where SQLite gives the primary key, and where its values cannot be compared.
    """
    names = target.table.primary_key
    if not names or not set(names) <= set(target.columns):
        return True
    pick = itemgetter(*map(target.columns.index, names))
    return lie_together([pick(row) for row in islice(chunk, most_rows)])


def lie_together(keys: Sequence[Any]) -> bool:
    """Return whether keys that come soon after each other are neighbours.

    So it is with rising and with falling ones, and with those of many series that go on side by
    side; not with keys of chance, nor with keys that pass over the whole table again and again.
    """
    try:
        if all(map(le, keys, islice(keys, 1, None))):
            return True
        places = sorted(range(len(keys)), key=keys.__getitem__)
    except (TypeError, ValueError):
        return True
    apart = sorted(abs(later - earlier) for earlier, later in pairwise(places))
    return apart[len(apart) // 2] <= _NEAR * len(keys)


def _is_null(value: Any) -> bool:
    # SQLite takes what is not a number for NULL.
    return value is None or (isinstance(value, float) and isnan(value))


class CacheWatch:
    """Tells whether a table of rows in no order has outgrown the page cache, as SQLite counts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows = 0
        self._before = read_cache_use(connection)

    def is_outgrown(self, rows: int) -> bool:
        """Return it for the last rows; `rows` more were written since the last call."""
        self._rows += rows
        if self._rows < _LOOK_ROWS:
            return False
        rows, self._rows = self._rows, 0
        now, before = read_cache_use(self._connection), self._before
        self._before = now
        return (
            now.misses - before.misses >= _MISSES_PER_ROW * rows
            and now.spills - before.spills >= _SPILLS_PER_ROW * rows
        )


class SetAside:
    """Rows in a private file, with their numbers in the input. Open it with `open_set_aside`."""

    def __init__(self, connection: Connection, key: SortKey, width: int) -> None:
        self._connection = connection
        self._key = key
        self._pick = itemgetter(*key.places) if len(key.places) > 1 else None
        keys = [f"k{place}" for place in range(len(key.places))]
        values = [f"v{place}" for place in range(width)]
        self._values = ", ".join(values)
        self._keys = ", ".join(keys)
        typed = ", ".join(f"{name} {kind}" for name, kind in zip(keys, key.types, strict=True))
        # The values have no type: they come back as they were given.
        connection.execute(
            f"CREATE TABLE aside (number INTEGER PRIMARY KEY, {typed}, {self._values});"
            "CREATE TABLE refused (number INTEGER PRIMARY KEY, reason TEXT)"
        )
        marks = ",".join("?" * (1 + len(keys) + width))
        self._insert = f"INSERT INTO aside VALUES ({marks})"
        self._wants_rowids = False
        self.rows = 0
        """How many there are."""

    @property
    def is_full(self) -> bool:
        """Whether it is time to bring them into the table."""
        pages = self._connection.read_int("PRAGMA page_count")
        return pages * self._connection.read_int("PRAGMA page_size") >= PART_BYTES

    def add(self, chunk: Chunk, first: int) -> bool:
        """Set rows aside, the first one having the number `first`.

        Return False, and take none, where one of them holds a value that SQLite has no type for.
        """
        try:
            with transaction(self._connection):
                self._connection.execute_many(self._insert, self._numbered(chunk, first))
        except (TypeError, ValueError, OverflowError):
            return False
        if self._key.is_rowid and not self._wants_rowids:
            keys = map(itemgetter(*self._key.places), chunk)
            self._wants_rowids = any(map(_is_null, keys))
        self.rows += len(chunk)
        return True

    def _numbered(self, chunk: Chunk, first: int) -> Iterator[tuple[Any, ...]]:
        if self._pick is None:
            (place,) = self._key.places
            return ((at, row[place], *row) for at, row in enumerate(chunk, first))
        pick = self._pick
        return ((at, *pick(row), *row) for at, row in enumerate(chunk, first))

    def read_sorted(self, rows: int) -> Iterator[tuple[list[int], Chunk]]:
        """Yield the rows in the order of their key, so many at a time, with their numbers.

        Where one of them wants its rowid from SQLite, they come in the order of the input.
        """
        order = "number" if self._wants_rowids else f"{self._keys}, number"
        stream = self._connection.stream_rows(
            f"SELECT {self._values}, number FROM aside ORDER BY {order}"
        )
        while some := list(islice(stream, rows)):
            yield [int(str(row[-1])) for row in some], [row[:-1] for row in some]

    def read_row(self, number: int) -> Row:
        """Return one row."""
        return self._connection.read_rows(
            f"SELECT {self._values} FROM aside WHERE number = ?", (number,)
        )[0]

    def refuse(self, number: int, reason: str) -> None:
        """Remember that the table refused a row."""
        self._connection.execute("INSERT INTO refused VALUES (?,?)", (number, reason))

    def read_refused(self) -> Iterator[tuple[int, str, Sequence[Any]]]:
        """Yield number, reason and values of the refused rows, in the order of the input."""
        for number, reason, *values in self._connection.stream_rows(
            f"SELECT number, reason, {self._values} FROM refused JOIN aside USING (number) "
            "ORDER BY number"
        ):
            yield int(str(number)), str(reason), values

    def clear(self) -> None:
        """Forget them all."""
        self._connection.execute("DELETE FROM aside; DELETE FROM refused")
        self._wants_rowids = False
        self.rows = 0


@contextmanager
def open_set_aside(key: SortKey, width: int, cancel: CancelToken | None) -> Iterator[SetAside]:
    """Make the private file, which goes with the block.

    Raises `CtsError("disk_full")` where it has no room, and what opening it raises.
    """
    with (
        private_folder("sorting", 2 * PART_BYTES) as folder,
        open_database(folder / "rows.db", "read_write", create=True) as connection,
        connection.guard(cancel=cancel),
    ):
        # Rows are only added, so the journal holds next to nothing.
        connection.execute("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        try:
            yield SetAside(connection, key, width)
        finally:
            connection.abandon()


def has_room() -> bool:
    """Return whether rows can be set aside at all."""
    try:
        with private_folder("sorting", 2 * PART_BYTES):
            return True
    except CtsError:
        return False
