"""Secondary indexes dropped before a large insert and built again after it, in one transaction.

Readers and a crash see the old state until the COMMIT. DROP INDEX also removes the index's rows of
`sqlite_stat1` and `sqlite_stat4`, without which plans would change (`engineering.md` section 10):
they are put back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cts_console.bulk.cache import SORTING_CACHE_KIB, cache_of
from cts_console.bulk.target import Target
from cts_console.schema import Index
from cts_console.sqlite import Connection, Row, quote_identifier

# To add a row to an index takes about three times as long as a row's share of building it (measured
# with 300,000 rows and three indexes, all in the cache: 0.82 against 0.28 µs). A build covers the
# rows that were there before as well, so it wins while these are fewer than twice the new ones.
_OLD_PER_NEW: Final = 1.5
_STATISTICS: Final = ("sqlite_stat1", "sqlite_stat4")


class Deferral:
    """The indexes of one table that are out of the way."""

    def __init__(self, connection: Connection, target: Target) -> None:
        self._connection = connection
        self._target = target
        self._statistics: dict[str, list[Row]] = {}
        self.dropped: tuple[Index, ...] = ()
        """What was dropped and must be built again."""

    def is_worth_it(self, new_rows: int, written: int = 0) -> bool:
        """Return whether building anew beats adding `new_rows` one by one.

        `written` of them are in the table already. The table is counted only as far as it matters.
        """
        if not self._target.droppable_indexes or self._target.has_triggers:
            # A trigger may look things up by these indexes, once for every row.
            return False
        limit = written + int(new_rows * _OLD_PER_NEW)
        return not self._target.holds_more_than(self._connection, limit)

    def drop(self) -> None:
        """Drop them, in the open transaction."""
        self.dropped = self._target.droppable_indexes
        self._statistics = {
            table: self._read_statistics(table, self.dropped) for table in self._kept_statistics()
        }
        for index in self.dropped:
            self._connection.execute(f"DROP INDEX main.{quote_identifier(index.name)}")

    def rebuild(self) -> None:
        """Build them again, in the same transaction."""
        with cache_of(self._connection, SORTING_CACHE_KIB):
            for index in self.dropped:
                self._connection.execute(index.sql or "")
        for table, rows in self._statistics.items():
            for row in rows:
                marks = ",".join("?" * len(row))
                self._connection.execute(f"INSERT INTO main.{table} VALUES ({marks})", row)
        if any(self._statistics.values()):
            # This connection read them with the schema; others read them with the new one.
            self._connection.execute("ANALYZE sqlite_schema")

    def _kept_statistics(self) -> list[str]:
        names = self._connection.read_rows(
            "SELECT name FROM main.sqlite_schema WHERE name IN (?, ?)", _STATISTICS
        )
        return [str(name) for (name,) in names]

    def _read_statistics(self, table: str, indexes: Sequence[Index]) -> list[Row]:
        marks = ",".join("?" * len(indexes))
        return self._connection.read_rows(
            f"SELECT * FROM main.{table} WHERE lower(idx) IN ({marks}) AND lower(tbl) = ?",
            (*(index.name.lower() for index in indexes), self._target.table.name.lower()),
        )
