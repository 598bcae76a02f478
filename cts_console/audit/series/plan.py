"""How the candles are read: which series there are, in what order, in how many parts.

Where an index leads from pair and timeframe to the time (the UNIQUE key of the CTS schema), each
series is a statement of its own, without a sort, and some of them are read in turns: one after the
other, each would fetch every page of the table again. Reading in the order of rowids instead would
save some time more, and holds only while nobody brings in older candles afterwards. Without such
an index SQLite sorts the table, if it is not too large.

All of it is one part: what takes the time is Python, which runs in one thread at a time, while
other parts read beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby, islice
from operator import itemgetter
from typing import Final

from cts_console.audit.guesses import guess_pages
from cts_console.audit.reading import Part, Reading
from cts_console.audit.rule import AuditContext, NotApplicableError, NotCheckedError
from cts_console.audit.series.pairs import read_pairs
from cts_console.audit.series.result import Series
from cts_console.audit.trading import Bound, bound
from cts_console.schema import Index, Table, estimate_row_count
from cts_console.sqlite import Row, SqliteValue, quote_identifier

Key = tuple[SqliteValue, SqliteValue]

SERIES_SQL: Final = """
    WITH RECURSIVE
      pairs (pair) AS (
        SELECT min(trading_pair_id) FROM {table}
        UNION ALL
        SELECT (SELECT min(trading_pair_id) FROM {table} WHERE trading_pair_id > pair)
        FROM pairs WHERE pair IS NOT NULL),
      series (pair, timeframe) AS (
        SELECT pair, (SELECT min(timeframe) FROM {table} WHERE trading_pair_id = pair)
        FROM pairs WHERE pair IS NOT NULL
        UNION ALL
        SELECT pair, (SELECT min(m.timeframe) FROM {table} AS m
                      WHERE m.trading_pair_id = pair AND m.timeframe > series.timeframe)
        FROM series WHERE timeframe IS NOT NULL)
    SELECT pair, timeframe FROM series WHERE timeframe IS NOT NULL
"""
"""The series of a table with the index, in steps from one to the next: no scan."""

_NEEDED: Final = ("open", "high", "low", "close", "volume")
_KEY: Final = ("trading_pair_id", "timeframe", "open_time")
_MOST_SORTED_ROWS: Final = 500_000
# Series read in turns: each is a statement that stays open meanwhile, and keeps a day of candles.
_TOGETHER: Final = 50


def candle_table(context: AuditContext) -> Bound:
    """Return the table of candles.

    Raises `NotApplicableError` where there is none, also where the table holds ticks, and
    `NotCheckedError` where it lacks a column, or is too large for this profile.
    """
    there = bound(context, "market_data")
    if there is None:
        raise NotApplicableError("the file has no table of market data")
    name = there.table.name
    if "timeframe" not in there.columns:
        raise NotApplicableError(f"{name} holds ticks, no candles")
    missing = [column for column in _NEEDED if column not in there.columns]
    if missing:
        raise NotCheckedError(f"{name} has nothing for {', '.join(missing)}")
    if context.is_too_large(there.table):
        rows = estimate_row_count(context.connection, there.table).rows
        raise NotCheckedError(f"{name}: about {rows:,} rows are read by a deep audit alone")
    check_order(context, there.table)
    return there


def check_order(context: AuditContext, table: Table) -> None:
    """Raise `NotCheckedError` where `table` would have to be sorted and is too large for that.

    A connection that looks keeps what it sorts in memory.
    """
    rows = estimate_row_count(context.connection, table).rows or 0
    if rows > _MOST_SORTED_ROWS and not is_indexed(table):
        raise NotCheckedError(
            f"{table.name}: about {rows:,} rows would have to be sorted in memory, because there "
            "is no index over trading_pair_id, timeframe and open_time"
        )


def is_indexed(table: Table) -> bool:
    """Return whether an index leads from pair and timeframe to the time."""
    # NULLs have no place in the steps from one series to the next.
    not_null = {column.name.lower() for column in table.columns if column.not_null}
    return set(_KEY[:2]) <= not_null and any(_serves(index) for index in table.indexes)


def _serves(index: Index) -> bool:
    keys = index.keys[: len(_KEY)]
    return (
        not index.partial
        and tuple((key.column or "").lower() for key in keys) == _KEY
        and all(key.collation.upper() == "BINARY" for key in keys)
    )


def _plan(context: AuditContext) -> Sequence[Part[tuple[Series, ...]]]:
    try:
        there = candle_table(context)
    except NotApplicableError:
        # Ticks are another matter for each rule.
        return ()
    estimate = estimate_row_count(context.connection, there.table).rows or 0
    pages = guess_pages(context).get(there.table.name, 1.0)
    if not is_indexed(there.table):
        return (
            Part(f"candles of {there.table.name}", pages, partial(_read_sorted, there, estimate)),
        )
    read = partial(_read_indexed, there, _read_keys(context, there), estimate)
    return (Part(f"candles of {there.table.name}", pages, read),)


def _read_keys(context: AuditContext, there: Bound) -> list[Key]:
    sql = SERIES_SQL.format(table=f"main.{quote_identifier(there.table.name)}")
    return [(pair, timeframe) for pair, timeframe in context.read_rows(sql)]


def _read_indexed(
    there: Bound, keys: Sequence[Key], estimate: int, context: AuditContext
) -> tuple[Series, ...]:
    sql = (
        f"SELECT {_columns(there)} FROM main.{quote_identifier(there.table.name)} "
        "WHERE trading_pair_id = ? AND timeframe = ? ORDER BY open_time"
    )
    series = ((key, context.connection.stream_rows(sql, key)) for key in keys)
    return _scan(context, there, series, estimate, together=_TOGETHER)


def _read_sorted(there: Bound, estimate: int, context: AuditContext) -> tuple[Series, ...]:
    sql = (
        f"SELECT {_columns(there)}, trading_pair_id, timeframe "
        f"FROM main.{quote_identifier(there.table.name)} "
        "ORDER BY trading_pair_id COLLATE BINARY, timeframe COLLATE BINARY, open_time"
    )
    groups = groupby(context.connection.stream_rows(sql), itemgetter(-2, -1))
    series = (((key[0], key[1]), map(_without_key, rows)) for key, rows in groups)
    return _scan(context, there, series, estimate, together=1)


_without_key: Final = itemgetter(slice(0, -2))


def _columns(there: Bound) -> str:
    """Return the columns of a candle as `Series` says them, as SQL."""
    names = {column.name.lower() for column in there.table.columns}
    key = "id" if "id" in names else "NULL" if there.table.without_rowid else "rowid"
    trades = "trade_count" if "trade_count" in names else "0"
    return f"{key}, open_time, open, high, low, close, volume, {trades}"


def _scan(
    context: AuditContext,
    there: Bound,
    series: Iterator[tuple[Key, Iterator[Row]]],
    estimate: int,
    *,
    together: int,
) -> tuple[Series, ...]:
    found: list[Series] = []
    pairs = read_pairs(context)
    rows_done = 0

    def on_rows(rows: int) -> None:
        nonlocal rows_done
        rows_done += rows
        context.progress(rows_done, estimate, "rows", f"candles of {there.table.name}")

    while batch := list(islice(series, together)):
        # numpy takes 0.1 s to load: nothing that an audit without candles should pay.
        from cts_console.audit.series.scan import Scan

        if not found:
            scan = Scan(context.cancel, context.now_ms)
        ticks = [pairs[pair].price_tick if pair in pairs else None for (pair, _), _ in batch]
        found += scan.read_together(
            [(*key, tick, rows) for (key, rows), tick in zip(batch, ticks, strict=True)], on_rows
        )
    return tuple(found)


CANDLES: Final = Reading("candles", _plan)
"""Every series of the file in parts; no part where the file has no candles."""
