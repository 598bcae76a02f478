"""Insert what a query returns: rows that SQLite itself reads, none of them through Python."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from cts_console.bulk.cache import IN_ORDER_CACHE_KIB, large_cache
from cts_console.bulk.deferral import Deferral
from cts_console.bulk.model import BulkResult, usage
from cts_console.bulk.record import record_operation
from cts_console.bulk.target import estimate_row_s, read_target, target_transaction
from cts_console.maintenance import pass_gate
from cts_console.progress import CancelToken, Progress, ProgressCallback, ProgressSampler
from cts_console.sqlite import Connection, SqliteValue, quote_identifier


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
    its progress can be told. Raises `CtsError`: usage where the query
    fails or returns another number of rows, constraint, locked, disk_full, cancelled; then nothing
    was written.
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
    names = ", ".join(map(quote_identifier, target.columns))
    with (
        connection.guard(cancel=cancel, on_look=on_look),
        large_cache(connection, rows, IN_ORDER_CACHE_KIB),
        target_transaction(connection, target),
    ):
        progress.finish(Progress(0, rows, "rows", f"writing {target.table.name}"))
        if is_deferred:
            deferral.drop()
        name = quote_identifier(target.table.name)
        connection.execute_foreign(f"INSERT OR ABORT INTO main.{name} ({names}) {query}", bindings)
        if connection.changes != rows:
            raise usage("Another number of rows", f"{connection.changes:,} instead of {rows:,}.")
        if is_deferred:
            progress.finish(Progress(rows, rows, "rows", "building the indexes"))
            deferral.rebuild()
        check()
        result = _result(target.table.name, rows, deferral, time.perf_counter() - started_s)
        record_operation(connection, result, started_ms)
    return result


def _result(table: str, rows: int, deferral: Deferral, duration_s: float) -> BulkResult:
    return BulkResult(
        operation="insert",
        table=table,
        rows_requested=rows,
        rows_written=rows,
        rows_rejected=0,
        batches=1,
        duration_s=duration_s,
        rows_per_s=rows / duration_s if duration_s else 0.0,
        strategy="deferred_indexes" if deferral.dropped else "query",
        reason="SQLite reads the rows itself",
        mode="whole",
        indexes_deferred=tuple(index.name for index in deferral.dropped),
        committed_through=rows,
        batch_seconds=(duration_s,),
    )
