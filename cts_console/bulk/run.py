"""The course of one insert: the choice of strategy, the gate, the transaction, the result."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

from cts_console.bulk.batches import BatchOrder
from cts_console.bulk.cache import CACHE_KIB, IN_ORDER_CACHE_KIB, large_cache
from cts_console.bulk.deferral import Deferral
from cts_console.bulk.model import (
    BulkError,
    BulkResult,
    Mode,
    Operation,
    RejectSink,
    StrategyName,
)
from cts_console.bulk.record import record_operation
from cts_console.bulk.rows import Chunk, RowSource
from cts_console.bulk.slices import run_sliced
from cts_console.bulk.statements import RowStatement
from cts_console.bulk.target import Target, estimate_row_s, target_transaction
from cts_console.bulk.telling import RowsTold
from cts_console.bulk.writing import MANY_VALUES, Counting, Writer
from cts_console.errors import CtsError
from cts_console.maintenance import SLICE_S, give_way, pass_gate, read_users
from cts_console.progress import CancelToken, ProgressCallback
from cts_console.sqlite import Connection

# So many rows are read before the choice where nobody knows how many there are.
_AHEAD_ROWS: Final = 50_000


@dataclass(frozen=True, slots=True)
class Options:
    """How the caller wants it."""

    chunk_rows: int
    """Rows between two looks at progress; with `atomic=False`, of a transaction."""
    atomic: bool
    """Whether everything is one transaction."""
    strategy: StrategyName
    """How rows are written; `auto` leaves the choice to the run."""
    rejects: RejectSink | None
    """Takes refused rows."""
    overrule: bool
    """Whether a person ordered it in spite of the gate."""
    counts_input: bool
    """Whether each row of the input that is not refused counts as written."""
    reason: str = "as ordered"
    """Why, where the strategy is not left to the run."""


@dataclass(slots=True)
class _Choice:
    strategy: StrategyName
    reason: str


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
        self._choice = _Choice("rows", "")
        self._writer = self._make_writer(1)
        self._batch_seconds: list[float] = []
        self._committed = 0
        self._committed_rows = 0
        self._started_s = 0.0
        self._next_look = 2 * _AHEAD_ROWS
        self._is_alone = True
        self._mode: Mode = "whole" if options.atomic else "chunks"
        self._batch_id: str | None = None

    def run(
        self, source: RowSource, on_progress: ProgressCallback | None, cancel: CancelToken | None
    ) -> BulkResult:
        """Write everything and return what was done. Raises as `insert_batch` says."""
        self._started_s = time.perf_counter()
        started_ms = time.time_ns() // 1_000_000
        source.columns = source.columns or self._target.columns
        chunks, ahead, total = _look_ahead(source, self._read_chunk_rows())
        self._choose(ahead, is_all=total is not None)
        progress = RowsTold(on_progress, total, self._target.table.name, self._started_s)
        try:
            if self._comes_in_slices(ahead, is_all=total is not None):
                self._write_in_slices(chunks, progress, cancel, started_ms)
            else:
                kib = CACHE_KIB if self._choice.strategy == "rows" else IN_ORDER_CACHE_KIB
                with (
                    self._connection.guard(cancel=cancel),
                    large_cache(self._connection, ahead, kib),
                ):
                    self._write(chunks, progress, cancel, started_ms)
        except CtsError as error:
            raise self._failed(error) from error
        progress.finish(self._writer.read)
        return self._result()

    def _choose(self, ahead: int, *, is_all: bool) -> None:
        wanted = self._options.strategy
        if wanted == "auto":
            self._choice = self._choose_freely(ahead, is_all=is_all)
        else:
            self._choice = _Choice(wanted, self._options.reason)
        columns = len(self._target.columns)
        group = max(1, MANY_VALUES // columns)
        if self._choice.strategy == "rows" or self._target.has_triggers:
            group = 1
        self._writer = self._make_writer(group)

    def _choose_freely(self, ahead: int, *, is_all: bool) -> _Choice:
        table = self._target.table
        if self._target.has_triggers:
            return _Choice("rows", f"triggers of {table.name} run row by row")
        if not any(index.origin != "pk" for index in table.indexes):
            return _Choice("many_rows", f"{table.name} has no secondary index")
        if self._options.atomic and self._deferral.is_worth_it(ahead):
            rows = f"{ahead:,}" if is_all else f"at least {ahead:,}"
            return _Choice(
                "deferred_indexes", f"{rows} rows are many beside those that {table.name} holds"
            )
        return _Choice("rows", f"{ahead:,} rows are few beside those that {table.name} holds")

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
        self._choice = _Choice("rows", "others have the file open: checked first, then in slices")
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
                if self._choice.strategy == "deferred_indexes":
                    self._deferral.drop()
                progress.begin_growth(self._connection)
                for chunk in chunks:
                    self._write_chunk(chunk, progress, cancel)
                    self._reconsider()
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

    def _write_in_chunks(
        self, chunks: Iterator[Chunk], progress: RowsTold, cancel: CancelToken | None
    ) -> None:
        for chunk in chunks:
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

    def _reconsider(self) -> None:
        """Drop the indexes after all where a stream turns out to be long."""
        read = self._writer.read
        if (
            self._options.strategy != "auto"
            or self._choice.strategy != "rows"
            or read < self._next_look
        ):
            return
        # At each doubling: the question costs as much as reading so many rows.
        self._next_look = 2 * read
        if self._deferral.is_worth_it(read, written=self._writer.written):
            self._deferral.drop()
            self._choice = _Choice(
                "deferred_indexes", f"{read:,} rows have come, many beside those that were there"
            )

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


def _look_ahead(source: RowSource, chunk_rows: int) -> tuple[Iterator[Chunk], int, int | None]:
    """Return the chunks, how many rows are known to come, and their number where it is known."""
    chunks = source.chunks(chunk_rows)
    if source.total is not None:
        return chunks, source.total, source.total
    ahead: list[Chunk] = []
    rows = 0
    for chunk in chunks:
        ahead.append(chunk)
        rows += len(chunk)
        if rows >= _AHEAD_ROWS:
            return chain(ahead, chunks), rows, None
    return iter(ahead), rows, rows


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
