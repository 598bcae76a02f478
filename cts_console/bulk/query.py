"""Insert what a query returns: rows that SQLite itself reads, none of them through Python.

Many rows whose keys come in no order are sorted by SQLite first, in bounded memory: 3 million rows
of a CSV into an empty table took 4.3 instead of 16.1 s of the processor's time, 500,000, which fit
into the cache, 0.66 instead of 0.74 s.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

from cts_console.bulk.cache import IN_ORDER_CACHE_KIB, NO_INDEX_CACHE_KIB, large_cache
from cts_console.bulk.deferral import Deferral
from cts_console.bulk.model import BulkResult, usage
from cts_console.bulk.record import record_operation
from cts_console.bulk.sorting import FEWEST_ROWS, SAMPLE_ROWS, find_sort_key, lie_together
from cts_console.bulk.target import Target, estimate_row_s, read_target, target_transaction
from cts_console.maintenance import pass_gate
from cts_console.progress import CancelToken, Progress, ProgressCallback, ProgressSampler
from cts_console.sqlite import Connection, SqliteValue, quote_identifier
from cts_console.sqlite.inspection import read_foreign_rows

# For the pages of the table, and as much again to sort in.
_SORTED_CACHE_KIB: Final = 24 * 1024
# An error, by which a query can refuse a row (https://sqlite.org/lang_corefunc.html#abs).
_REFUSE: Final = "abs(-9223372036854775807 - 1)"


def insert_query(  # noqa: PLR0913 - as `insert_batch`
    connection: Connection,
    table: str,
    columns: Sequence[str],
    query: str,
    bindings: Sequence[SqliteValue] = (),
    *,
    rows: int,
    check: Callable[[], None],
    on_progress: ProgressCallback | None = None,
    on_look: Callable[[], None] | None = None,
    cancel: CancelToken | None = None,
    overrule: bool = False,
) -> BulkResult:
    """Insert the rows of `query`, exactly `rows` of them, in one transaction of its own.

    `check` is called before the COMMIT and may raise, `on_look` often while SQLite works, by which
    its progress can be told. Raises `CtsError`: usage where the query fails or returns another
    number of rows, constraint, locked, disk_full, cancelled; then nothing was written.
    """
    started_s, started_ms = time.perf_counter(), time.time_ns() // 1_000_000
    target = read_target(connection, table, columns)
    deferral = Deferral(connection, target)
    is_deferred = deferral.is_worth_it(rows)
    pass_gate(
        connection,
        what=f"Writing {rows:,} rows into {target.table.name}",
        estimated_hold_s=rows * estimate_row_s(target),
        overrule=overrule,
    )
    progress = ProgressSampler(on_progress)
    ordered, is_in_order = _in_order(connection, target, query, bindings, rows)
    is_sorted = ordered != query
    kept = len(target.table.indexes) - is_deferred * len(target.droppable_indexes)
    kib = IN_ORDER_CACHE_KIB if is_in_order and not kept else NO_INDEX_CACHE_KIB
    with (
        connection.guard(cancel=cancel, on_look=on_look),
        large_cache(connection, rows, _SORTED_CACHE_KIB if is_sorted else kib),
        target_transaction(connection, target),
    ):
        progress.finish(Progress(0, rows, "rows", f"writing {target.table.name}"))
        if is_deferred:
            deferral.drop()
        connection.execute_foreign(f"{_insert(target)} {ordered}", bindings)
        if connection.changes != rows:
            raise usage("Another number of rows", f"{connection.changes:,} instead of {rows:,}.")
        if is_deferred:
            progress.finish(Progress(rows, rows, "rows", "building the indexes"))
            deferral.rebuild()
        check()
        result = _result(target.table.name, rows, deferral, started_s, is_sorted)
        record_operation(connection, result, started_ms)
    return result


def _insert(target: Target) -> str:
    names = ", ".join(map(quote_identifier, target.columns))
    # ABORT also where a constraint of the table says something else.
    return f"INSERT OR ABORT INTO main.{quote_identifier(target.table.name)} ({names})"


def _in_order(
    connection: Connection,
    target: Target,
    query: str,
    bindings: Sequence[SqliteValue],
    rows: int,
) -> tuple[str, bool]:
    """Return the query, and whether its rows come in the order of the table's key.

    It sorts them where the first ones are not in order and may be sorted.
    """
    key = find_sort_key(target, ends_at_refusal=True)
    if isinstance(key, str) or rows < FEWEST_ROWS:
        return query, False
    names = ", ".join(f"v{place}" for place in range(len(target.columns)))
    terms = [_term(target, place, kind) for place, kind in zip(key.places, key.types, strict=True)]
    if None in terms:
        return query, False
    order = ", ".join(map(str, terms))
    read = f"WITH read ({names}) AS ({query})"
    sample = read_foreign_rows(
        connection, f"{read} SELECT {order} FROM read LIMIT {SAMPLE_ROWS}", bindings
    )
    if lie_together(sample):
        return query, True
    # A row that wants its rowid from SQLite must come in its turn.
    wanted = f" WHERE iif(v{key.places[0]} IS NULL, {_REFUSE}, 1)" if key.is_rowid else ""
    return f"{read} SELECT {names} FROM read{wanted} ORDER BY {order}", True


def _term(target: Target, place: int, kind: str) -> str | None:
    """Return a value of the key as the table will have it; None where that is not known."""
    name = target.columns[place]
    words = next(c.type for c in target.table.columns if c.name == name).upper()
    if "INT" in words:
        return f"CAST(v{place} AS INTEGER)"
    if any(word in words for word in ("CHAR", "CLOB", "TEXT")):
        return f"v{place} {kind[kind.index('COLLATE') :]}"
    return None


def _result(
    table: str,
    rows: int,
    deferral: Deferral,
    started_s: float,
    is_sorted: bool,
) -> BulkResult:
    duration_s = time.perf_counter() - started_s
    strategy = "deferred_indexes" if deferral.dropped else "query"
    reason = "SQLite reads the rows itself"
    return BulkResult(
        operation="insert",
        table=table,
        rows_requested=rows,
        rows_written=rows,
        rows_rejected=0,
        batches=1,
        duration_s=duration_s,
        rows_per_s=rows / duration_s if duration_s else 0.0,
        strategy="sorted" if is_sorted else strategy,
        reason=f"{reason}, and sorts them by their key" if is_sorted else reason,
        mode="whole",
        indexes_deferred=tuple(index.name for index in deferral.dropped),
        committed_through=rows,
        batch_seconds=(duration_s,),
    )
