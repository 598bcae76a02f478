"""ANALYZE beside others: looked at in short slices that leave nothing, written as a whole.

Every object's statistics are made by SQLite's own ANALYZE in a transaction that is rolled back, and
the rows that it would have left are kept in memory. A stop or a kill before the last transaction
leaves the statistics as they were. https://sqlite.org/fileformat2.html#stat1tab says what the
tables hold; `ANALYZE sqlite_schema` makes them where they are missing.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cts_console.audit.fixing.gate import Analysis, list_analyses
from cts_console.maintenance import give_way
from cts_console.progress import CancelToken, Progress, ProgressCallback
from cts_console.sqlite import Connection, Row, quote_identifier, trial

_TABLES: Final = ("sqlite_stat1", "sqlite_stat4")


@dataclass(frozen=True, slots=True)
class Statistics:
    """What ANALYZE found."""

    names: tuple[str, ...]
    """The tables and indexes that were looked at."""
    rows: dict[str, list[Row]]
    """The rows of each of SQLite's tables."""

    def write(self, connection: Connection) -> None:
        """Put them in the place of the old ones, in the open transaction."""
        connection.execute("ANALYZE sqlite_schema")
        for table, rows in self.rows.items():
            connection.execute_many(
                f"DELETE FROM {table} WHERE ?1 IN (tbl, idx)", ((name,) for name in self.names)
            )
            if rows:
                marks = ",".join("?" * len(rows[0]))
                connection.execute_many(f"INSERT INTO {table} VALUES ({marks})", rows)


def analyze_in_slices(
    connection: Connection,
    limit: int,
    *,
    on_progress: ProgressCallback,
    cancel: CancelToken | None,
) -> Statistics:
    """Return fresh statistics of every table; the file stays as it is.

    `limit` is that of `PRAGMA analysis_limit`. Raises what the statements raise.
    """
    connection.execute(f"PRAGMA analysis_limit = {limit}")
    analyses = list_analyses(connection, limit)
    rows: dict[str, list[Row]] = {}
    for done, one in enumerate(analyses):
        on_progress(Progress(done, len(analyses), "tables and indexes", one.name))
        if cancel is not None:  # a short statement ends before an interrupt finds it
            cancel.raise_if_cancelled()
        started_s = time.perf_counter()
        with trial(connection):
            connection.execute(f"ANALYZE main.{quote_identifier(one.name)}")
            for table, found in _read(connection, one):
                rows.setdefault(table, []).extend(found)
        give_way(time.perf_counter() - started_s)
    return Statistics(tuple(one.name for one in analyses), rows)


def _read(connection: Connection, one: Analysis) -> Iterator[tuple[str, list[Row]]]:
    for table in _TABLES:
        is_there = connection.read_value(
            "SELECT 1 FROM sqlite_schema WHERE name = ?", (table,)
        )  # without STAT4 there is one only
        if is_there is not None:
            yield (
                table,
                connection.read_rows(f"SELECT * FROM {table} WHERE ? IN (tbl, idx)", (one.name,)),
            )
