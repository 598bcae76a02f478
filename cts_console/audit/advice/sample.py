"""A few thousand real rows in memory, on which an index is tried out and weighed.

Only columns that are part of some index are read, in one short read spread over the table; they
never reach a disk. The table here has no constraint, no trigger and none of the file's
expressions: what is measured is what an index adds to the work of an insert.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Final

from cts_console.audit.rule import AuditContext
from cts_console.schema import Index, IndexKey, Table, estimate_row_count, rowid_name
from cts_console.sqlite import (
    Connection,
    Row,
    open_memory_database,
    quote_identifier,
    read_transaction,
)

_ROWS: Final = 3_000
_PLACES: Final = 20
_MOST_BYTES: Final = 16 * 2**20
_ROUNDS: Final = 5
_COLLATIONS: Final = ("nocase", "rtrim")


class NoSampleError(Exception):
    """Raised where a table cannot be sampled; the text says why."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """How the values of a table's indexes are distributed, as `sqlite_stat1` would have it."""

    tried: str
    """Of the index that is tried."""
    existing: dict[str, str]
    """Of the others, by their name: all from one sample, so that they can be compared."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows of one table, and the index that is tried on them."""

    connection: Connection
    """The database in memory: `source` holds the rows, `plain` and `indexed` take them."""
    rows: int
    """How many rows were read."""
    table_rows: int
    """About how many the table holds."""
    terms: int
    """Of how many terms the index is, those that SQLite appends not counted."""
    existing: tuple[Index, ...]
    """The indexes of the table that are here too."""

    def statistics(self) -> Distribution:
        """Return what ANALYZE would say, scaled up from the sample."""
        self.connection.execute("ANALYZE source")
        rows = self.connection.read_rows("SELECT idx, stat FROM sqlite_stat1")
        found = {str(index): str(stat) for index, stat in rows}
        return Distribution(
            self._scaled(found["tried"], self.terms),
            {
                index.name: self._scaled(found[f"source_{number}"], len(index.keys))
                for number, index in enumerate(self.existing)
            },
        )

    def _scaled(self, stat: str, terms: int) -> str:
        """Return the table's rows, then for each term how many rows share one value so far.

        The form is that of https://sqlite.org/fileformat2.html#the_sqlite_stat1_table.
        """
        shares = [int(number) for number in stat.split()[1 : terms + 1]]
        scale = self.table_rows / self.rows
        scaled = [max(1, round(share * scale)) if share > 1 else 1 for share in shares]
        return " ".join(map(str, (self.table_rows, *scaled)))

    def index_bytes(self) -> int:
        """Return about how many bytes the index would take in the file."""
        taken = self.connection.read_int("SELECT sum(pgsize) FROM temp.dbstat WHERE name = 'tried'")
        return round(taken / self.rows * self.table_rows)

    def insert_us(self) -> float:
        """Return by how many microseconds the index makes one insert longer, at the median."""
        plain: list[float] = []
        indexed: list[float] = []
        for _ in range(_ROUNDS):
            plain.append(self._fill_s("plain"))
            indexed.append(self._fill_s("indexed"))
        return max(0.0, median(indexed) - median(plain)) / self.rows * 1e6

    def _fill_s(self, table: str) -> float:
        self.connection.execute(f"DELETE FROM {table}")
        started_s = time.perf_counter()
        # The LIMIT keeps SQLite from copying whole pages, which no engine does.
        self.connection.execute(f"INSERT INTO {table} SELECT * FROM source LIMIT {self.rows}")
        return time.perf_counter() - started_s


@contextmanager
def open_sample(context: AuditContext, table: Table, keys: Sequence[IndexKey]) -> Iterator[Sample]:
    """Read rows of `table` for an index of the terms `keys`.

    Raises `NoSampleError`, and `CtsError`: cancelled, timeout, locked, damaged.
    """
    existing = [index for index in table.indexes if _is_plain(table, index)]
    lists = [_with_tail(table, index.keys) for index in existing]
    tried = _with_tail(table, keys)
    columns = list(dict.fromkeys(str(key.column) for terms in (*lists, tried) for key in terms))
    if any(column.generated == "virtual" and column.name in columns for column in table.columns):
        raise NoSampleError("reading a generated column would run an expression of the file")
    try:
        rows = _read(context, table, columns)
    except UnicodeDecodeError as error:
        raise NoSampleError("a text of the sample is no valid UTF-8") from error
    if not rows:
        raise NoSampleError("the table was emptied meanwhile")
    with open_memory_database() as connection, connection.guard(cancel=context.cancel):
        connection.execute(f"PRAGMA page_size = {context.header.page_size}")
        _make(connection, columns, lists, tried, rows)
        known = estimate_row_count(context.connection, table).rows
        table_rows = max(known or 0, len(rows))
        yield Sample(connection, len(rows), table_rows, len(keys), tuple(existing))


def _make(
    connection: Connection,
    columns: Sequence[str],
    existing: Sequence[Sequence[IndexKey]],
    tried: Sequence[IndexKey],
    rows: Sequence[Row],
) -> None:
    listed = "".join(f", c{number}" for number in range(len(columns)))
    for name in ("source", "plain", "indexed"):
        connection.execute(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY{listed})")
    marks = ", ".join("?" * (len(columns) + 1))
    connection.execute("BEGIN")
    connection.execute_many(f"INSERT INTO source VALUES ({marks})", rows)
    connection.execute("COMMIT")
    for table in ("source", "plain", "indexed"):
        for number, terms in enumerate(existing):
            connection.execute(
                f"CREATE INDEX {table}_{number} ON {table} ({_terms(terms, columns)})"
            )
    connection.execute(f"CREATE INDEX tried_too ON indexed ({_terms(tried, columns)})")
    connection.execute(f"CREATE INDEX tried ON source ({_terms(tried, columns)})")


def _terms(keys: Sequence[IndexKey], columns: Sequence[str]) -> str:
    return ", ".join(
        f"c{columns.index(str(key.column))}"
        + (f" COLLATE {key.collation}" if key.collation.lower() in _COLLATIONS else "")
        + (" DESC" if key.descending else "")
        for key in keys
    )


def _is_plain(table: Table, index: Index) -> bool:
    """Return whether an index can be rebuilt here without running anything of the file."""
    virtual = {column.name for column in table.columns if column.generated == "virtual"}
    return not index.partial and all(
        key.column is not None and key.column not in virtual for key in index.keys
    )


def _with_tail(table: Table, keys: Sequence[IndexKey]) -> list[IndexKey]:
    """Return the terms with what SQLite appends to them in a WITHOUT ROWID table."""
    taken = {str(key.column).lower() for key in keys}
    appended = table.primary_key if table.without_rowid else ()
    tail = [name for name in appended if name.lower() not in taken]
    return [*keys, *(IndexKey(0, name, None, False, "") for name in tail)]


def _read(context: AuditContext, table: Table, columns: Sequence[str]) -> list[Row]:
    """Return rows as (number, *values of `columns`), in the table's order, in one snapshot."""
    rowid = rowid_name(table)
    name = quote_identifier(table.name)
    listed = "".join(f", {quote_identifier(column)}" for column in columns)
    rows: list[Row] = []
    with read_transaction(context.connection):
        if rowid is not None:
            for first, behind in _places(context.connection, name, rowid):
                sql = (
                    f"SELECT {rowid}{listed} FROM main.{name} WHERE {rowid} BETWEEN ? AND ? "
                    f"ORDER BY {rowid} LIMIT {_ROWS // _PLACES}"
                )
                rows += _stream(context.connection, sql, _MOST_BYTES // _PLACES, (first, behind))
        if len(rows) < _ROWS // 2:
            # No rowid, or rowids so uneven that most places are empty.
            number = rowid or "NULL"
            sql = f"SELECT {number}{listed} FROM main.{name} LIMIT {_ROWS}"
            rows = list(_stream(context.connection, sql, _MOST_BYTES))
    return rows


def _places(connection: Connection, name: str, rowid: str) -> list[tuple[int, int]]:
    """Return ranges of rowids, side by side, from the table's first to its last."""
    low = connection.read_int(f"SELECT min({rowid}) FROM main.{name}")
    high = connection.read_int(f"SELECT max({rowid}) FROM main.{name}")
    edges = [low + (high - low) * place // _PLACES for place in range(_PLACES)] + [high + 1]
    return [(first, behind - 1) for first, behind in itertools.pairwise(edges)]


def _stream(
    connection: Connection, sql: str, most_bytes: int, bindings: Sequence[int] = ()
) -> Iterator[Row]:
    """Yield rows until they are more than `most_bytes` of text and blobs."""
    left = most_bytes
    for row in connection.stream_rows(sql, bindings):
        yield row
        left -= sum(len(value) for value in row if isinstance(value, str | bytes))
        if left < 0:
            return
