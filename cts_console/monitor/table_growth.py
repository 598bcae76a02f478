"""Rows that everybody appends, table by table, from the growth of each table's largest rowid.

SQLite finds the largest rowid at the end of the table's b-tree, whatever the table's size. An
UPDATE, a DELETE and a row put in the middle are not seen. A rowid may also be a time or a number
of another system: what was appended is therefore counted, as long as it is not too much.

A read takes a read mark. Measured beside an unthrottled writer: like every reader of SQLite it
asks for the write lock, for microseconds, where it meets a header of the index that is half
written. That is why tables are read once a second and the log is not read by SQL at all.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from cts_console.monitor.sample import RowGrowth, TableRows
from cts_console.sqlite import Connection, quote_identifier, quote_text

INTERVAL_S: Final = 1.0
"""Shortest time between two readings, seconds."""
MOST_TABLES: Final = 256
"""Tables that are looked at; one reading of so many takes about a millisecond."""
# Counting goes over the appended rows, at about 0.05 µs each.
_MOST_COUNTED: Final = 50_000
_ROWID_NAMES: Final = ("_rowid_", "rowid", "oid")


@dataclass(frozen=True, slots=True)
class _Watched:
    table: str
    rowid: str

    def largest_sql(self) -> str:
        return f"(SELECT max({self.rowid}) FROM {quote_identifier(self.table)})"

    def count_sql(self) -> str:
        return (
            f"SELECT count(*) FROM (SELECT 1 FROM {quote_identifier(self.table)} "
            f"WHERE {self.rowid} > ? AND {self.rowid} <= ? LIMIT {_MOST_COUNTED})"
        )


class TableGrowth:
    """Remembers the largest rowids of a database's tables, and reads what was added since."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.schema_version: int | None = None
        """That of the last reading."""
        self._watched: tuple[_Watched, ...] = ()
        self._left_out = 0
        self._largest: dict[str, int] = {}
        self._read_at_s = float("-inf")

    def read(self) -> RowGrowth | None:
        """Return what was appended since the last reading.

        None before `INTERVAL_S` has passed, and at a first reading. Each statement is a short read
        transaction of its own.
        """
        now_s = time.monotonic()
        interval_s = now_s - self._read_at_s
        if interval_s < INTERVAL_S:
            return None
        version = self._connection.read_int("PRAGMA schema_version")
        if version != self.schema_version:
            self._watched, self._left_out = _list_tables(self._connection)
            self.schema_version = version
        before, self._largest = self._largest, self._read_largest()
        is_first = self._read_at_s == float("-inf")
        self._read_at_s = now_s
        if is_first:
            return None
        grown = tuple(self._count(watched, before) for watched in self._watched)
        return RowGrowth(interval_s, tuple(row for row in grown if row.rows), self._left_out)

    def _read_largest(self) -> dict[str, int]:
        if not self._watched:
            return {}
        columns = ", ".join(watched.largest_sql() for watched in self._watched)
        row = self._connection.read_row(f"SELECT {columns}") or ()
        return {
            watched.table: value if isinstance(value, int) else 0
            for watched, value in zip(self._watched, row, strict=True)
        }

    def _count(self, watched: _Watched, before: dict[str, int]) -> TableRows:
        last = self._largest[watched.table]
        # What a table held before it was looked at was not appended now.
        first = before.get(watched.table, last)
        if last <= first:
            return TableRows(watched.table, 0)
        rows = self._connection.read_int(watched.count_sql(), (first, last))
        return TableRows(watched.table, rows if rows < _MOST_COUNTED else last - first)


def _list_tables(connection: Connection) -> tuple[tuple[_Watched, ...], int]:
    """Return the tables to look at, and how many ordinary ones are left out."""
    names = connection.read_rows(
        "SELECT name, wr FROM temp.pragma_table_list WHERE schema = 'main' AND type = 'table' "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    watched: list[_Watched] = []
    for name, without_rowid in names:
        if len(watched) == MOST_TABLES:
            break
        rowid = None if without_rowid else _find_rowid_name(connection, str(name))
        if rowid is not None:
            watched.append(_Watched(str(name), rowid))
    return tuple(watched), len(names) - len(watched)


def _find_rowid_name(connection: Connection, table: str) -> str | None:
    """Return a name of the rowid that no column of the table has taken."""
    columns = {
        str(name).lower()
        for (name,) in connection.read_rows(
            f"SELECT name FROM temp.pragma_table_xinfo({quote_text(table)})"
        )
    }
    return next((name for name in _ROWID_NAMES if name not in columns), None)
