"""How many rows there are and where among them a rowid lies, without counting them.

A table's b-tree tells the neighbours of any rowid at once and the rank of none. So the rowids are
probed in some dozens of places, always in the middle of the widest part not looked at yet: the
wide gaps are found (a few rows with huge ids must not squeeze all others into one pixel), and the
distances at the probes tell how densely the rest is filled.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cts_console.errors import CtsError
from cts_console.progress import CancelToken, Progress, ProgressCallback, ProgressSampler
from cts_console.schema.browse_ranges import condition_sql
from cts_console.schema.browse_source import RowSource
from cts_console.schema.objects import Table
from cts_console.schema.storage import RowCount
from cts_console.sqlite import Connection, Row, SqliteValue, quote_identifier
from cts_console.sqlite.inspection import read_foreign_rows

PROBES: Final = 64
_ROWS_PER_SLICE: Final = 100_000
_FEW_ROWS: Final = 2_000


@dataclass(frozen=True, slots=True)
class RowidMap:
    """Where the rowids lie, as far as some probes tell."""

    spans: tuple[tuple[int, int], ...]
    """First and last rowid of the parts between the gaps that were found, ascending."""
    rows: int
    """How many rows there probably are."""

    @property
    def length(self) -> int:
        """Rowids within the spans: there cannot be more rows than that."""
        return sum(last - first + 1 for first, last in self.spans)

    def rowid_at(self, position: int, rows: int, *, descending: bool = False) -> int:
        """Return the rowid at which row `position` of `rows` probably lies."""
        if descending:
            position = rows - 1 - position
        left = min(max(position, 0) * self.length // max(rows, 1), self.length - 1)
        for first, last in self.spans:
            if left <= last - first:
                return first + left
            left -= last - first + 1
        return self.spans[-1][1]

    def rows_before(self, rowid: int) -> int:
        """Return about how many rows have a smaller rowid."""
        before = sum(
            min(last, rowid - 1) - first + 1 for first, last in self.spans if first < rowid
        )
        return before * self.rows // max(self.length, 1)


def read_rowid_map(connection: Connection, source: RowSource, known_rows: int | None) -> RowidMap:
    """Probe the rowids of a table that has them.

    `known_rows` is what the statistics say, used where the rowids are not dense. Raises what
    `read_page` raises.
    """
    # One at a time: SQLite finds an end at once, and both in one statement only by a scan.
    lowest = _ask(connection, source, f"min({source.rowid})", "")
    highest = _ask(connection, source, f"max({source.rowid})", "")
    if lowest is None or highest is None:
        return RowidMap((), 0)
    parts = [_part(lowest, highest)]
    fillings = []
    for _ in range(PROBES):
        _, first, last = parts[0]
        if last <= first + 1:
            break
        heapq.heappop(parts)
        middle = (first + last) // 2
        below = _ask(connection, source, f"max({source.rowid})", f"{source.rowid} <= ?", middle)
        above = _ask(connection, source, f"min({source.rowid})", f"{source.rowid} > ?", middle)
        # A row may be deleted between two questions.
        below = first if below is None else max(below, first)
        above = last if above is None else min(above, last)
        fillings.append(1 / (above - below) if above > below else 1.0)
        heapq.heappush(parts, _part(first, below))
        heapq.heappush(parts, _part(above, last))
    spans = _joined(sorted((first, last) for _, first, last in parts))
    return RowidMap(spans, _estimated(spans, fillings, known_rows))


def count_rows(
    connection: Connection,
    source: RowSource,
    *,
    cancel: CancelToken,
    on_progress: ProgressCallback | None = None,
    total: int | None = None,
) -> int:
    """Return the exact number of rows; `total` is what progress is told against.

    Where the file is not in WAL mode, a reader keeps writers from committing: a table with rowids
    is then counted in slices, each a read of some milliseconds, and the sum is that of no single
    moment. Raises what `read_page` raises.
    """
    mode = str(connection.read_value("PRAGMA journal_mode")).lower()
    if source.rowid is None or mode == "wal":
        return _count(connection, source, [], ())
    rowid = source.rowid
    sampler = ProgressSampler(on_progress)
    counted = 0
    start = _ask(connection, source, f"min({rowid})", "")
    while start is not None:
        cancel.raise_if_cancelled()
        next_sql = (
            f"SELECT {rowid} FROM {source.table_sql} WHERE {rowid} >= ? ORDER BY {rowid} "
            f"LIMIT 1 OFFSET {_ROWS_PER_SLICE}"
        )
        following = read_foreign_rows(connection, next_sql, (start,))
        end = _whole(following[0][0]) if following else None
        if end is None:
            counted += _count(connection, source, [f"{rowid} >= ?"], (start,))
        else:
            terms = [f"{rowid} >= ?", f"{rowid} < ?"]
            counted += _count(connection, source, terms, (start, end))
        start = end
        sampler.report(Progress(counted, total, "rows", source.name))
    return counted


def count_up_to(connection: Connection, source: RowSource, most: int) -> int | None:
    """Return the exact number of rows where it is at most `most`, else None."""
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {source.table_sql} LIMIT ?)"
    rows = _whole(read_foreign_rows(connection, sql, (most + 1,))[0][0])
    return None if rows is None or rows > most else rows


def count_small_tables(
    connection: Connection, tables: Iterable[Table], *, timeout_s: float
) -> dict[str, RowCount]:
    """Return the exact rows of the tables that have few, as far as `timeout_s` seconds go.

    Of a larger table some thousand rows are walked and nothing is said.
    """
    counts: dict[str, RowCount] = {}
    try:
        with connection.guard(timeout_s=timeout_s):
            for table in tables:
                sql = (
                    "SELECT count(*) FROM (SELECT 1 FROM "
                    f"main.{quote_identifier(table.name)} LIMIT {_FEW_ROWS + 1})"
                )
                rows = None if table.virtual else _whole(read_foreign_rows(connection, sql)[0][0])
                if rows is not None and rows <= _FEW_ROWS:
                    counts[table.name] = RowCount(rows, estimated=False)
    except CtsError as error:
        if error.code not in ("timeout", "damaged", "usage"):
            raise
    return counts


def _count(connection: Connection, source: RowSource, terms: list[str], bindings: Row) -> int:
    conditions, values = condition_sql(source)
    terms = [*terms, *conditions]
    where = f" WHERE {' AND '.join(terms)}" if terms else ""
    sql = f"SELECT count(*) FROM {source.table_sql}{where}"
    return _whole(read_foreign_rows(connection, sql, (*bindings, *values))[0][0]) or 0


def _ask(
    connection: Connection, source: RowSource, what: str, where: str, *bindings: int
) -> int | None:
    sql = f"SELECT {what} FROM {source.table_sql}" + (f" WHERE {where}" if where else "")
    return _whole(read_foreign_rows(connection, sql, bindings)[0][0])


def _whole(value: SqliteValue) -> int | None:
    return value if isinstance(value, int) else None


def _part(first: int, last: int) -> tuple[int, int, int]:
    """Return a part of the rowids so that the widest sorts first."""
    return (first - last, first, last)


def _joined(parts: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return the parts with neighbours without a gap between them made one."""
    joined: list[tuple[int, int]] = []
    for first, last in parts:
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return tuple(joined)


def _estimated(
    spans: tuple[tuple[int, int], ...], fillings: list[float], known_rows: int | None
) -> int:
    """Return the probable number of rows.

    At a place chosen evenly, 1 / (distance of its neighbours) is on average the density.
    """
    length = sum(last - first + 1 for first, last in spans)
    if not fillings or min(fillings) == 1.0:
        return length
    rows = max(1, round(length * sum(fillings) / len(fillings)))
    # Statistics are the better guess, unless they are old.
    if known_rows is not None and rows <= 2 * known_rows <= 4 * rows:
        return min(known_rows, length)
    return rows
