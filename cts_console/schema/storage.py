"""How much each b-tree weighs, and how many rows each table holds.

Bytes come from `dbstat` in its aggregated form (https://sqlite.org/dbstat.html), which visits
every page: 0.1 s for 286 MB in the file cache, much more from a slow disk, so it can be stopped
and limited. Row counts are exact or estimated from the statistics and the last rowid.
"""

from __future__ import annotations

from dataclasses import dataclass

from cts_console.errors import CtsError
from cts_console.progress import CancelToken
from cts_console.schema.objects import Schema, Table
from cts_console.sqlite import Connection, quote_identifier
from cts_console.sqlite.inspection import read_foreign_rows

_STATISTICS_OF_ONE = (
    "SELECT max(CAST(stat AS INTEGER)) FROM main.sqlite_stat1 WHERE lower(tbl) = lower(?)"
)
_WEIGHTS = (
    "SELECT name, sum(pgsize), sum(unused) FROM temp.dbstat WHERE aggregate = TRUE GROUP BY name"
)


@dataclass(frozen=True, slots=True)
class RowCount:
    """How many rows a table holds."""

    rows: int | None
    """Rows; None where nobody knows without reading the table."""
    estimated: bool
    """Whether the number is a guess."""


@dataclass(frozen=True, slots=True)
class Weight:
    """What a table or an index takes of the file."""

    bytes: int
    """Its pages."""
    unused_bytes: int
    """Bytes of these pages that hold nothing."""


def read_weights(
    connection: Connection,
    *,
    cancel: CancelToken | None = None,
    timeout_s: float | None = None,
) -> dict[str, Weight]:
    """Return the weight of each table and index by its name, `sqlite_schema` included.

    One statement and so one read transaction for its whole time. Raises `CtsError`: cancelled,
    timeout, damaged, locked.
    """
    with connection.guard(cancel=cancel, timeout_s=timeout_s):
        rows = connection.read_rows(_WEIGHTS)
    return {
        str(name): Weight(size, unused)
        for name, size, unused in rows
        if isinstance(size, int) and isinstance(unused, int)
    }


def read_storage(
    connection: Connection,
    *,
    cancel: CancelToken | None = None,
    timeout_s: float | None = None,
) -> dict[str, int]:
    """Return the bytes of each table and index by its name, as `read_weights` does."""
    weights = read_weights(connection, cancel=cancel, timeout_s=timeout_s)
    return {name: weight.bytes for name, weight in weights.items()}


def read_row_counts(
    connection: Connection,
    schema: Schema,
    *,
    exact: bool,
    cancel: CancelToken | None = None,
    timeout_s: float | None = None,
) -> dict[str, RowCount]:
    """Return the rows of each ordinary table by its name.

    With `exact` the tables are counted, one statement each, until `timeout_s` seconds are over;
    the rest is estimated and says so. A table that cannot be read has no count. Raises
    `CtsError`: cancelled, locked.
    """
    tables = [table for table in schema.tables if not table.virtual]
    counts: dict[str, RowCount] = {}
    if exact:
        try:
            with connection.guard(cancel=cancel, timeout_s=timeout_s):
                for table in tables:
                    counts[table.name] = _count(connection, table)
        except CtsError as error:
            if error.code != "timeout":
                raise
    statistics = _read_statistics(connection, schema)
    with connection.guard(cancel=cancel):
        for table in tables:
            if table.name not in counts:
                counts[table.name] = _estimate(connection, table, statistics)
    return counts


def _count(connection: Connection, table: Table) -> RowCount:
    # count(*) is a single step of SQLite's machine, which no time limit can end; count(1) is one
    # step per row.
    return _measured(
        connection, f"SELECT count(1) FROM main.{quote_identifier(table.name)}", estimated=False
    )


def _estimate(connection: Connection, table: Table, statistics: dict[str, int]) -> RowCount:
    known = statistics.get(table.name.lower())
    if known is not None:
        return RowCount(known, estimated=True)
    rowid = rowid_name(table)
    if rowid is None:
        return RowCount(None, estimated=True)
    name = quote_identifier(table.name)
    return _measured(connection, f"SELECT max({rowid}) FROM main.{name}", estimated=True)


def _measured(connection: Connection, sql: str, *, estimated: bool) -> RowCount:
    try:
        ((rows,),) = read_foreign_rows(connection, sql)
    except CtsError as error:
        # `usage`: the table was dropped since the schema was read.
        if error.code not in ("damaged", "usage"):
            raise
        return RowCount(None, estimated=estimated)
    return RowCount(max(rows, 0) if isinstance(rows, int) else 0, estimated=estimated)


def estimate_row_count(connection: Connection, table: Table) -> RowCount:
    """Return about how many rows `table` holds, without reading it: from statistics or rowid.

    Raises `CtsError`: cancelled, timeout, locked.
    """
    try:
        rows = read_foreign_rows(connection, _STATISTICS_OF_ONE, (table.name,))
    except CtsError as error:
        # `usage`: there are no statistics, or they have another shape.
        if error.code not in ("damaged", "usage"):
            raise
        rows = []
    statistics = {table.name.lower(): row for (row,) in rows if isinstance(row, int)}
    return _estimate(connection, table, statistics)


def rowid_name(table: Table) -> str | None:
    """Return a name under which the table's rowid can be read, or None where there is none."""
    if table.without_rowid or table.virtual:
        return None
    taken = {column.name.lower() for column in table.columns}
    alias = table.rowid_alias
    if alias is not None:
        return quote_identifier(alias.name)
    return next((name for name in ("rowid", "_rowid_", "oid") if name not in taken), None)


def _read_statistics(connection: Connection, schema: Schema) -> dict[str, int]:
    """Return the rows that ANALYZE last saw: the first number of each `sqlite_stat1` row."""
    kept = schema.tables_by_name().get("sqlite_stat1")
    if kept is None or not {"tbl", "stat"} <= {column.name for column in kept.columns}:
        return {}
    try:
        rows = read_foreign_rows(
            connection,
            "SELECT tbl, max(CAST(stat AS INTEGER)) FROM main.sqlite_stat1 "
            "WHERE typeof(tbl) = 'text' AND typeof(stat) = 'text' GROUP BY tbl",
        )
    except CtsError as error:
        if error.code not in ("damaged", "usage"):
            raise
        return {}
    return {str(name).lower(): rows for name, rows in rows if isinstance(rows, int)}
