"""Insert and upsert: any number of rows, whole or not at all, at SQLite's own speed.

How rows are written is chosen from the table and the batch and told in the result:

- `many_rows`: some hundred values a statement, where no index has to be kept up beside them and
  the rows come in the order of their key;
- `rows`: one row a statement, prepared once: with secondary indexes that is the faster one
  (measured 1.6 to 1.8 times), for keys in no order as well (1.3 to 1.5 times), and triggers must
  run row by row;
- `deferred_indexes`: secondary indexes are dropped and built again in the same transaction, where
  the batch is large beside the table (measured 2.1 times);
- `sorted`: rows are set aside in a private file and written in the order of the table's key, where
  keys come in no order and their pages have outgrown the cache, as SQLite's own counts tell while
  the first rows are written. Measured with 300,000 rows into 3 million against one row a statement
  (`tests/bench/bench_sorted.py`): 1.6 to 1.9 times as fast by the processor's time with a text key
  without rowid, 1.4 to 1.5 with an INTEGER PRIMARY KEY, 1.3 to 1.4 with that and two indexes, and
  0.30, 0.32 and 0.50 of the pages written before the COMMIT. Smaller batches, tables that fit into
  the cache and rows in order gain nothing and are not sorted; nor are rows whose order decides
  anything (`sorting.py`). Beside others, in slices, rows come over in the order of their key in
  any case: so they lie in the file in which they are staged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from cts_console.bulk.batches import BatchOrder
from cts_console.bulk.choice import Options
from cts_console.bulk.model import (
    ON_CONFLICT,
    STRATEGIES,
    BulkResult,
    OnConflict,
    Operation,
    RejectSink,
    StrategyName,
    usage,
)
from cts_console.bulk.rows import RowSource
from cts_console.bulk.run import BulkRun
from cts_console.bulk.statements import InsertStatement, insert_statement, upsert_statement
from cts_console.bulk.target import Target, read_target
from cts_console.progress import CancelToken, ProgressCallback
from cts_console.sqlite import Connection


def insert_batch(  # noqa: PLR0913 - the contract of interfaces.md
    connection: Connection,
    table: str,
    rows: Iterable[Any],
    columns: Sequence[str] | None = None,
    *,
    chunk_rows: int = 10_000,
    atomic: bool = True,
    on_conflict: OnConflict = "abort",
    strategy: StrategyName = "auto",
    rejects: RejectSink | None = None,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
    overrule: bool = False,
) -> BulkResult:
    """Insert `rows` (sequences, mappings or a numpy array, read as a stream) into `table`.

    Everything is one transaction, that of the caller where one is open. Where others have the file
    open and it would hold the lock for more than a slice, the rows are checked in a private file
    and then brought over in slices, as a batch that can be taken back (`mode`, `batch_id`). With
    `atomic=False` every `chunk_rows` rows are committed on their own.

    `on_conflict` says what becomes of a row whose key is there already. `rejects` takes rows that a
    constraint refuses, one `Rejection` each, and the others are written. `strategy` orders one of
    `STRATEGIES`; `sorted` is refused (usage) where the order of the rows decides something.
    `overrule` writes whole beside others all the same.

    Raises `BulkError`, which says what is committed all the same: constraint, with the row's
    number; usage; locked where others use the file and would have to wait; disk_full; cancelled.
    Before the first row it is a plain `CtsError`.
    """
    if on_conflict not in ON_CONFLICT:
        raise usage(
            "No such choice", f"{on_conflict!r} is none of {', '.join(ON_CONFLICT)}.", "Use one."
        )
    source = RowSource(rows, columns)
    target = read_target(connection, table, source.columns)
    return _run(
        connection,
        target,
        source,
        insert_statement(target, on_conflict),
        BatchOrder(
            str(connection.path),
            "insert",
            target.table.name,
            target.columns,
            on_conflict=on_conflict,
        ),
        Options(
            chunk_rows, atomic, strategy, rejects, overrule, counts_input=on_conflict != "ignore"
        ),
        on_progress,
        cancel,
    )


def upsert_batch(  # noqa: PLR0913 - the contract of interfaces.md
    connection: Connection,
    table: str,
    rows: Iterable[Any],
    columns: Sequence[str] | None = None,
    *,
    key: Sequence[str],
    update: Sequence[str] | None = None,
    chunk_rows: int = 10_000,
    atomic: bool = True,
    strategy: StrategyName = "auto",
    rejects: RejectSink | None = None,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
    overrule: bool = False,
) -> BulkResult:
    """Insert `rows`, and where a row with the same `key` is there, set `update` of it.

    `key` names the columns of the primary key or of a UNIQUE index; `update` the columns that are
    set (None: all others that the rows hold; empty: none, the row stays). Everything else, and
    what is raised, is as in `insert_batch`.
    """
    source = RowSource(rows, columns)
    target = read_target(connection, table, source.columns)
    keys = _named(target, key, "key")
    if not _is_unique(target, keys):
        raise usage(
            "Not a key",
            f"No primary key and no UNIQUE index of {target.table.name} is made of "
            f"{', '.join(keys) or 'no columns'}.",
            "Name the columns of one.",
        )
    others = [name for name in target.columns if name not in keys]
    changes = others if update is None else _named(target, update, "update")
    return _run(
        connection,
        target,
        source,
        upsert_statement(target, keys, changes),
        BatchOrder(
            str(connection.path),
            "upsert",
            target.table.name,
            target.columns,
            tuple(keys),
            tuple(changes),
        ),
        Options(chunk_rows, atomic, strategy, rejects, overrule, counts_input=bool(changes)),
        on_progress,
        cancel,
    )


def _run(
    connection: Connection,
    target: Target,
    source: RowSource,
    statement: InsertStatement,
    order: BatchOrder,
    options: Options,
    on_progress: ProgressCallback | None,
    cancel: CancelToken | None,
) -> BulkResult:
    if options.strategy not in STRATEGIES:
        raise usage(
            "No such strategy",
            f"{options.strategy!r} is none of {', '.join(STRATEGIES)}.",
            "Use one, or leave the choice to the console.",
        )
    if options.chunk_rows < 1:
        raise usage("No rows in a chunk", f"chunk_rows is {options.chunk_rows}.", "Use at least 1.")
    operation: Operation = "upsert" if order.operation == "upsert" else "insert"
    run = BulkRun(connection, operation, target, statement, options, order)
    return run.run(source, on_progress, cancel)


def _named(target: Target, names: Sequence[str], what: str) -> list[str]:
    known = {name.lower(): name for name in target.columns}
    unknown = [name for name in names if name.lower() not in known]
    if unknown:
        raise usage(
            "No such column",
            f"{what} names {', '.join(map(repr, unknown))}, which the rows do not hold.",
            f"They hold {', '.join(target.columns)}.",
        )
    return [known[name.lower()] for name in names]


def _is_unique(target: Target, keys: Sequence[str]) -> bool:
    wanted = {name.lower() for name in keys}
    table = target.table
    if wanted and wanted == {name.lower() for name in table.primary_key}:
        return True
    return any(
        index.unique
        and not index.partial
        and wanted == {(key.column or "").lower() for key in index.keys}
        for index in table.indexes
    )
