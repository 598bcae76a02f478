"""Pages of rows of any table or view, read so that the writer next door is not held up.

Rows are found by key, never by counting from the start: a page begins behind the last key of the
page before it (https://sqlite.org/rowvalue.html#scrolling_window_queries). Only what has no key, a
view or a virtual table, is paged by OFFSET. Every call is one short read transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cts_console.errors import CtsError
from cts_console.schema.browse_cells import (
    Cells,
    cell_expression,
    cells_bytes,
    decode_cell,
    read_text_encoding,
)
from cts_console.schema.browse_ranges import Range, ranges
from cts_console.schema.browse_source import RowSource, Seek
from cts_console.sqlite import Connection, Row, SqliteValue, quote_identifier, read_transaction
from cts_console.sqlite.inspection import read_foreign_rows

MAX_WHOLE_BYTES: Final = 50_000_000
"""The largest value that is read whole: the limit of read-only connections."""
# SQLITE_MAX_COLUMN, for tables and results alike: https://sqlite.org/limits.html
_MAX_COLUMNS: Final = 2000


@dataclass(frozen=True, slots=True)
class RowSlice:
    """Rows that lie side by side, always in the order of their source."""

    rows: tuple[Cells, ...]
    """The cells, cut where they are long."""
    keys: tuple[Row, ...]
    """The key of each row; empty tuples where the source has none."""
    skipped: int
    """Rows passed over; fewer than asked for where the rows ended before."""
    is_end: bool
    """Whether no row follows in the direction that was read."""
    size_bytes: int
    """About how much memory the rows take."""


@dataclass(frozen=True, slots=True)
class CellValue:
    """One whole value."""

    storage_class: str
    """null, integer, real, text or blob."""
    size_bytes: int
    """Bytes of a text or BLOB; of a number, those of its text; 0 for NULL."""
    value: SqliteValue
    """The value; None where it is NULL or `is_too_large`."""
    is_too_large: bool = False
    """Whether it is larger than `MAX_WHOLE_BYTES`."""
    is_broken_text: bool = False
    """Whether it is text with bytes that are no valid text; they read U+FFFD."""


def read_page(connection: Connection, source: RowSource, seek: Seek, limit: int) -> RowSlice:
    """Return up to `limit` rows of `source` from `seek` on, in one snapshot.

    Long values come cut (`Cut`). Raises `CtsError`: usage (the table is gone or altered, a
    function, module or collation is missing), damaged, locked, cancelled, timeout.
    """
    with read_transaction(connection):
        encoding = read_text_encoding(connection)
        try:
            return _read_page(connection, source, seek, limit, encoding, raw_text=False)
        except UnicodeDecodeError:
            # Rare, and dearer: every text as its bytes.
            pass
        try:
            return _read_page(connection, source, seek, limit, encoding, raw_text=True)
        except UnicodeDecodeError as error:
            raise _broken_text(connection, source) from error


def read_cell(
    connection: Connection, source: RowSource, place: Seek, column: str
) -> CellValue | None:
    """Return the whole value of `column` in the row at `place`; None where the row is gone.

    `place` is the row's key, inclusive, or for a positional source the rows to `skip`. Raises
    what `read_page` raises.
    """
    name = quote_identifier(column)
    expressions = (
        f"typeof({name})",
        f"octet_length({name})",
        (
            f"CASE WHEN octet_length({name}) > {MAX_WHOLE_BYTES} THEN NULL "
            f"WHEN typeof({name}) = 'text' THEN CAST({name} AS BLOB) ELSE {name} END"
        ),
    )
    first = ranges(source, place)[0]
    sql = _select(source, expressions, first, (name,))
    with read_transaction(connection):
        encoding = read_text_encoding(connection)
        rows = read_foreign_rows(connection, sql, (*first.bindings, 1, place.skip))
    if not rows:
        return None
    storage_class, size, value = str(rows[0][0]), rows[0][1], rows[0][2]
    size_bytes = size if isinstance(size, int) else 0
    if size_bytes > MAX_WHOLE_BYTES:
        return CellValue(storage_class, size_bytes, None, is_too_large=True)
    if storage_class != "text" or not isinstance(value, bytes):
        return CellValue(storage_class, size_bytes, value)
    try:
        return CellValue(storage_class, size_bytes, value.decode(encoding))
    except UnicodeDecodeError:
        text = value.decode(encoding, "replace")
        return CellValue(storage_class, size_bytes, text, is_broken_text=True)


def read_whole_rows(
    connection: Connection,
    source: RowSource,
    places: Sequence[tuple[Seek, int]],
    columns: Sequence[str],
    *,
    max_bytes: int,
) -> list[Row]:
    """Return the uncut values of `columns` in the rows of `places` (seek, number of rows).

    They are weighed before they are read: `CtsError("usage")` where they take more than
    `max_bytes`. Raises what `read_page` raises.
    """
    names = tuple(quote_identifier(column) for column in columns)
    weights = tuple(f"octet_length({name})" for name in names)
    found: list[Row] = []
    total_bytes = 0
    for seek, limit in places:
        with read_transaction(connection):
            weighed = _walk(connection, source, seek, limit, weights, names)
            total_bytes += sum(
                size for row in weighed.rows for size in row if isinstance(size, int)
            )
            if total_bytes > max_bytes:
                raise CtsError(
                    "usage",
                    "Too much to copy",
                    f"The selected values take {total_bytes / 1e6:,.1f} MB and more; the limit is "
                    f"{max_bytes / 1e6:,.0f} MB.",
                    "Select fewer rows or columns.",
                )
            try:
                found += _walk(connection, source, seek, limit, names, names).rows
            except UnicodeDecodeError as error:
                raise _broken_text(connection, source) from error
    return found


@dataclass(frozen=True, slots=True)
class _Walk:
    rows: list[Row]
    keys: tuple[Row, ...]
    skipped: int


def _read_page(
    connection: Connection,
    source: RowSource,
    seek: Seek,
    limit: int,
    encoding: str,
    *,
    raw_text: bool,
) -> RowSlice:
    names = tuple(quote_identifier(column) for column in source.columns)
    cells = tuple(cell_expression(name, raw_text=raw_text) for name in names)
    # One row more than wanted tells whether there is more.
    walk = _walk(connection, source, seek, limit + 1, cells, names)
    rows = tuple(
        tuple([decode_cell(value, encoding) for value in row]) for row in walk.rows[:limit]
    )
    keys = walk.keys[:limit]
    if seek.backward:
        rows, keys = rows[::-1], keys[::-1]
    return RowSlice(rows, keys, walk.skipped, len(walk.rows) <= limit, cells_bytes(rows))


def _walk(
    connection: Connection,
    source: RowSource,
    seek: Seek,
    limit: int,
    cells: Sequence[str],
    names: Sequence[str],
) -> _Walk:
    """Read along the ranges of `seek` until `limit` rows are found."""
    rows: list[Row] = []
    keys: list[Row] = []
    skipped = 0
    for part in ranges(source, seek):
        passed = _pass_over(connection, source, part, seek.skip - skipped)
        skipped += passed
        if skipped < seek.skip:
            continue
        bindings = (*part.bindings, limit - len(rows), passed)
        found = _read_range(connection, source, part, bindings, (cells, names))
        rows += [row[: len(cells)] for row in found]
        keys += [row[len(cells) :] for row in found]
        if len(rows) >= limit:
            break
    return _Walk(rows, tuple(keys), skipped)


def _read_range(
    connection: Connection,
    source: RowSource,
    part: Range,
    bindings: Row,
    wanted: tuple[Sequence[str], Sequence[str]],
) -> list[Row]:
    """Return cells and key of each row, one after the other."""
    cells, names = wanted
    key = tuple(term.sql for term in source.key)
    if len(cells) + len(key) <= _MAX_COLUMNS:
        sql = _select(source, (*cells, *key), part, names)
        return read_foreign_rows(connection, sql, bindings)
    # A table may have as many columns as a result may: then the keys come by themselves.
    rows = read_foreign_rows(connection, _select(source, cells, part, names), bindings)
    keys = read_foreign_rows(connection, _select(source, key, part, names), bindings)
    return [row + its_key for row, its_key in zip(rows, keys, strict=True)]


def _pass_over(connection: Connection, source: RowSource, part: Range, limit: int) -> int:
    """Return how many rows the range has, `limit` at most."""
    if not limit or source.is_positional:
        # By position nothing is gained by knowing: OFFSET computes the same rows again.
        return limit
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {source.table_sql}{part.where}{part.order} LIMIT ?)"
    rows = read_foreign_rows(connection, sql, (*part.bindings, limit))
    value = rows[0][0]
    return value if isinstance(value, int) else 0


def _select(
    source: RowSource, expressions: Sequence[str], part: Range, names: Sequence[str]
) -> str:
    """Return the SELECT over one range; its last two parameters are the limit and the offset."""
    wanted = ", ".join(expressions)
    if not source.is_positional:
        return f"SELECT {wanted} FROM {source.table_sql}{part.where}{part.order} LIMIT ? OFFSET ?"
    # A view's column may be computed: once, so that all that is said of it is of one value.
    return (
        f"WITH page AS MATERIALIZED (SELECT {', '.join(names)} FROM {source.table_sql}{part.where} "
        f"LIMIT ? OFFSET ?) SELECT {wanted} FROM page"
    )


def _broken_text(connection: Connection, source: RowSource) -> CtsError:
    return CtsError(
        "damaged",
        "Text that is no valid text",
        f"{connection.path}: {source.name} holds text with bytes that are no valid text, in what "
        "was asked for.",
        "Look at the value in the cell panel, which shows the bytes.",
    )
