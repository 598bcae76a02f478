"""The course of one insert: the choice of strategy, the gate, the transaction, the result."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Final

from cts_console.bulk.batches import BatchOrder
from cts_console.bulk.cache import CACHE_KIB, IN_ORDER_CACHE_KIB, NO_INDEX_CACHE_KIB, large_cache
from cts_console.bulk.choice import AHEAD_ROWS, Choice, Chooser, Options
from cts_console.bulk.deferral import Deferral
from cts_console.bulk.model import (
    BulkError,
    BulkResult,
    Mode,
    Operation,
)
from cts_console.bulk.record import record_operation
from cts_console.bulk.rows import CHUNK_BYTES, Chunk, RowSource
from cts_console.bulk.slices import run_sliced
from cts_console.bulk.sorted_run import SortedRun
from cts_console.bulk.sorting import SAMPLE_ROWS, CacheWatch, come_in_order, find_sort_key
from cts_console.bulk.statements import RowStatement
from cts_console.bulk.target import Target, estimate_row_s, target_transaction
from cts_console.bulk.telling import RowsTold
from cts_console.bulk.writing import Counting, Writer
from cts_console.errors import CtsError
from cts_console.maintenance import SLICE_S, give_way, pass_gate, read_users
from cts_console.progress import CancelToken, ProgressCallback
from cts_console.sqlite import Connection

# By so many rows it is told whether a statement of many rows meets few pages.
_FIRST_ROWS: Final = 1_000


class BulkRun:
    """One insert or upsert."""

    def __init__(
        self,
        connection: Connection,
        operation: Operation,
        target: Target,
        statement: RowStatement,
        options: Options,
        order: BatchOrder | None,
    ) -> None:
        self._order = order
        self._connection = connection
        self._operation = operation
        self._target = target
        self._statement = statement
        self._options = options
        self._deferral = Deferral(connection, target)
        self._sort_key = find_sort_key(
            target, replaces=order is not None and order.on_conflict == "replace"
        )
        self._chooser = Chooser(operation, target, options, self._deferral, self._sort_key)
        self._choice = Choice("rows", "")
        self._writer = self._make_writer(1)
        self._batch_seconds: list[float] = []
        self._committed = 0
        self._committed_rows = 0
        self._started_s = 0.0
        self._is_alone = True
        self._grow_cache: Callable[[int], None] = lambda _kib: None
        self._mode: Mode = "whole" if options.atomic else "chunks"
        self._batch_id: str | None = None

    def run(
        self, source: RowSource, on_progress: ProgressCallback | None, cancel: CancelToken | None
    ) -> BulkResult:
        """Write everything and return what was done. Raises as `insert_batch` says."""
        self._started_s = time.perf_counter()
        started_ms = time.time_ns() // 1_000_000
        source.columns = source.columns or self._target.columns
        most_bytes = CHUNK_BYTES if self._options.atomic else None
        chunks, ahead, total = _look_ahead(source, self._read_chunk_rows(), most_bytes)
        self._choice = self._chooser.first(ahead, is_all=total is not None)
        self._writer = self._make_writer(self._chooser.group(self._choice))
        progress = RowsTold(on_progress, total, self._target.table.name, self._started_s)
        try:
            if self._comes_in_slices(ahead, is_all=total is not None):
                self._write_in_slices(chunks, progress, cancel, started_ms)
            else:
                with (
                    self._connection.guard(cancel=cancel),
                    large_cache(self._connection, total, self._cache_kib()) as self._grow_cache,
                ):
                    self._write(chunks, progress, cancel, started_ms)
        except CtsError as error:
            raise self._failed(error) from error
        progress.finish(self._writer.read)
        return self._result()

    def _cache_kib(self) -> int:
        if self._choice.strategy == "rows":
            return CACHE_KIB
        gone = self._target.droppable_indexes if self._choice.defers else ()
        kept = any(i.origin != "pk" and i not in gone for i in self._target.table.indexes)
        return NO_INDEX_CACHE_KIB if kept else IN_ORDER_CACHE_KIB

    def _make_writer(self, group: int) -> Writer:
        counting: Counting = "input"
        if not self._options.counts_input:
            is_summed = self._operation == "insert" and not self._target.has_triggers
            counting = "total" if is_summed else "row"
        return Writer(
            self._connection,
            self._statement,
            self._target.columns,
            rows_per_statement=group,
            counting=counting,
            rejects=self._options.rejects,
        )

    def _read_chunk_rows(self) -> int:
        """Return how many rows make a chunk: beside others, what a slice of the gate allows."""
        if self._options.atomic or self._connection.in_transaction:
            return self._options.chunk_rows
        self._is_alone = read_users(self._connection.path).alone
        if self._is_alone or self._options.overrule:
            return self._options.chunk_rows
        return max(1, min(self._options.chunk_rows, int(SLICE_S / estimate_row_s(self._target))))

    def _comes_in_slices(self, ahead: int, *, is_all: bool) -> bool:
        """Pass the gate; return whether it leaves slices alone.

        In the caller's transaction the lock is the caller's, and so is the leave to hold it; a
        chunk of its own is never longer than a slice.
        """
        if self._connection.in_transaction or not self._options.atomic:
            return False
        hold_s = ahead * estimate_row_s(self._target)
        if is_all and hold_s <= SLICE_S:
            return False  # It passes beside anybody, and to look who is there takes 10 ms.
        if self._order is not None and self._target.table.primary_key:
            return not (self._options.overrule or read_users(self._connection.path).alone)
        pass_gate(
            self._connection,
            what=f"Writing {'' if is_all else 'at least '}{ahead:,} rows into "
            f"{self._target.table.name}",
            estimated_hold_s=max(hold_s, 2 * SLICE_S),
            overrule=self._options.overrule,
        )
        return False

    def _write(
        self,
        chunks: Iterator[Chunk],
        progress: RowsTold,
        cancel: CancelToken | None,
        started_ms: int,
    ) -> None:
        if self._options.atomic:
            self._write_whole(chunks, progress, cancel, started_ms)
        else:
            self._write_in_chunks(chunks, progress, cancel)
            record_operation(self._connection, self._result(), started_ms)

    def _write_in_slices(
        self,
        chunks: Iterator[Chunk],
        progress: RowsTold,
        cancel: CancelToken | None,
        started_ms: int,
    ) -> None:
        assert self._order is not None
        made = run_sliced(
            self._connection,
            self._order,
            chunks,
            rejects=self._options.rejects,
            counts_input=self._options.counts_input,
            told=progress.step,
            expect=progress.expect,
            cancel=cancel,
        )
        self._mode, self._batch_id = "slices", made.batch
        self._choice = Choice("rows", "others have the file open: checked first, then in slices")
        self._writer.read, self._writer.written = made.read, made.written
        self._writer.rejected = made.rejected
        self._batch_seconds = list(made.slice_seconds)
        self._committed, self._committed_rows = made.read, made.written
        record_operation(self._connection, self._result(), started_ms)

    def _write_whole(
        self,
        chunks: Iterator[Chunk],
        progress: RowsTold,
        cancel: CancelToken | None,
        started_ms: int,
    ) -> None:
        is_written = False
        try:
            with target_transaction(self._connection, self._target):
                if self._choice.defers:
                    self._deferral.drop()
                progress.begin_growth(self._connection)
                self._write_as_they_come(chunks, progress, cancel)
                self._write_sorted(chunks, progress, cancel)
                if self._deferral.dropped:
                    progress.note(self._writer.read, "building the indexes")
                    self._deferral.rebuild()
                progress.end_growth()
                record_operation(self._connection, self._result(), started_ms)
                is_written = True
        except CtsError as error:
            if is_written and error.code == "constraint":
                raise _without_parent(error, self._target) from error
            raise
        self._committed, self._committed_rows = self._writer.read, self._writer.written

    def _write_as_they_come(
        self, chunks: Iterator[Chunk], progress: RowsTold, cancel: CancelToken | None
    ) -> None:
        """Write until the stream ends, or the rest of it should be sorted."""
        watch = CacheWatch(self._connection)
        while self._choice.strategy != "sorted" and (chunk := next(chunks, None)) is not None:
            self._look_at_order(chunk)
            self._write_chunk(chunk, progress, cancel)
            self._choice = self._chooser.later(
                self._choice, self._writer.read, self._writer.written
            )
            if self._choice.defers and not self._deferral.dropped:
                self._deferral.drop()
            if watch.is_outgrown(len(chunk)) and not come_in_order(
                chunk, self._target, SAMPLE_ROWS
            ):
                self._grow_cache(NO_INDEX_CACHE_KIB)
                self._choice = self._chooser.outgrown(
                    self._choice, self._writer.read, progress.total
                )

    def _look_at_order(self, chunk: Chunk) -> None:
        """Write one row a statement, in a larger cache, where the first ones come in no order."""
        if self._writer.read or come_in_order(chunk, self._target, _FIRST_ROWS):
            return
        self._grow_cache(NO_INDEX_CACHE_KIB)
        if self._options.strategy == "auto":
            self._choice = self._chooser.in_no_order(self._choice)
            self._writer.group(1)

    def _write_sorted(
        self, chunks: Iterator[Chunk], progress: RowsTold, cancel: CancelToken | None
    ) -> None:
        if self._choice.strategy != "sorted" or isinstance(self._sort_key, str):
            return

        def told(aside: int) -> None:
            if cancel is not None:
                cancel.raise_if_cancelled()
            progress.step(self._writer.read, f"{aside:,} rows set aside to be sorted")

        self._writer.group(1)
        run = SortedRun(
            self._writer,
            lambda chunk: self._write_chunk(chunk, progress, cancel),
            told,
            self._options.rejects,
        )
        run.run(chunks, self._sort_key, cancel)

    def _write_in_chunks(
        self, chunks: Iterator[Chunk], progress: RowsTold, cancel: CancelToken | None
    ) -> None:
        for chunk in chunks:
            self._look_at_order(chunk)
            with target_transaction(self._connection, self._target):
                self._write_chunk(chunk, progress, cancel)
            self._committed, self._committed_rows = self._writer.read, self._writer.written
            if not self._is_alone:
                give_way(self._batch_seconds[-1])

    def _write_chunk(self, chunk: Chunk, progress: RowsTold, cancel: CancelToken | None) -> None:
        if cancel is not None:
            cancel.raise_if_cancelled()
        started_s = time.perf_counter()
        self._writer.write(chunk)
        self._batch_seconds.append(time.perf_counter() - started_s)
        progress.report(self._writer.read)

    def _result(self) -> BulkResult:
        duration_s = time.perf_counter() - self._started_s
        return BulkResult(
            operation=self._operation,
            table=self._target.table.name,
            rows_requested=self._writer.read,
            rows_written=self._writer.written,
            rows_rejected=self._writer.rejected,
            batches=len(self._batch_seconds),
            duration_s=duration_s,
            rows_per_s=self._writer.written / duration_s if duration_s else 0.0,
            strategy=self._choice.strategy,
            reason=self._choice.reason,
            mode=self._mode,
            indexes_deferred=tuple(index.name for index in self._deferral.dropped),
            committed_through=self._committed,
            batch_seconds=tuple(self._batch_seconds),
            batch_id=self._batch_id,
        )

    def _failed(self, error: CtsError) -> BulkError:
        """Return the error with what is committed all the same."""
        result = replace(
            self._result(),
            rows_written=self._committed_rows,
            committed_through=self._committed,
            rows_per_s=0.0,
            indexes_deferred=(),
        )
        message = error.message
        if not self._options.atomic:
            message += (
                f" Committed are {self._committed_rows:,} rows, of the first {self._committed:,} "
                "of the input."
            )
        return BulkError(error.code, error.title, message, error.hint, result)


def _look_ahead(
    source: RowSource, chunk_rows: int, most_bytes: int | None
) -> tuple[Iterator[Chunk], int, int | None]:
    """Return the chunks, how many rows are known to come, and their number where it is known."""
    chunks = source.chunks(chunk_rows, most_bytes)
    if source.total is not None:
        return chunks, source.total, source.total
    ahead: deque[Chunk] = deque()
    rows = held_bytes = 0
    for chunk in chunks:
        ahead.append(chunk)
        rows += len(chunk)
        held_bytes += len(chunk) * source.row_bytes
        if rows >= AHEAD_ROWS or held_bytes >= CHUNK_BYTES:
            return chain(_let_go(ahead), chunks), rows, None
    return _let_go(ahead), rows, rows


def _let_go(chunks: deque[Chunk]) -> Iterator[Chunk]:
    """Yield the chunks and keep none that was yielded."""
    while chunks:
        yield chunks.popleft()


def _without_parent(error: CtsError, target: Target) -> CtsError:
    """Return the error of a deferred foreign key, which SQLite tells only at the end."""
    keys = ", ".join(
        f"{', '.join(key.columns)} → {key.parent}" for key in target.table.foreign_keys
    )
    return CtsError(
        "constraint",
        "A row has no parent",
        f"{error.message} {target.table.name} refers to others by {keys or 'no key of its own'}.",
        "Write the parents first, or leave out the rows that refer to missing ones.",
    )
