"""Write beside others: check everything in a private file, then bring it over in short slices.

No slice holds the write lock for much longer than it should (its size follows the time that the one
before it took), and between two of them others have their turn. What each changed is kept before it
is committed (`batches.py`): a stop or a refused row takes all of it back, and after a crash the
batch can be finished or taken back.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from cts_console.bulk.batches import Batch, BatchOrder, new_batch, open_batch
from cts_console.bulk.model import Rejection, RejectSink, usage
from cts_console.bulk.rows import Chunk
from cts_console.bulk.statements import RowStatement, insert_statement, upsert_statement
from cts_console.bulk.target import Target, read_target, target_transaction
from cts_console.bulk.writing import MANY_VALUES, Counting, Writer
from cts_console.errors import CtsError
from cts_console.maintenance import SLICE_S, give_way
from cts_console.progress import CancelToken
from cts_console.sqlite import Connection, Row, open_database, quote_identifier, transaction
from cts_console.sqlite.changes import has_changes, recorded_changes, undo_changes

NUMBER: Final = "cts_row_number"
"""The column of the clone that keeps a row's number in the input."""
# Half of what the gate allows: a slice may meet a slow moment of the disk.
_AIM_S: Final = SLICE_S / 2
_FIRST_ROWS: Final = 100
_MOST_ROWS: Final = 5_000

Told = Callable[[int, str], None]


@dataclass(frozen=True, slots=True)
class SlicedResult:
    """What came of it."""

    batch: str
    """The batch, to be taken back by."""
    read: int
    """Rows of the input."""
    written: int
    """Rows that are in the table because of it."""
    rejected: int
    """Rows that were refused and taken by `rejects`."""
    slice_seconds: tuple[float, ...]
    """For how long each slice held the lock."""


def run_sliced(
    connection: Connection,
    order: BatchOrder,
    chunks: Iterator[Chunk],
    *,
    rejects: RejectSink | None,
    counts_input: bool,
    told: Told,
    expect: Callable[[int], None],
    cancel: CancelToken | None,
) -> SlicedResult:
    """Stage the rows, then bring them over; `expect` is told how many once that is known.

    Raises `CtsError`; then nothing of it is left.
    """
    with new_batch(order) as batch:
        with connection.guard(cancel=cancel):
            staged = _stage(connection, batch, order, chunks, rejects, told, cancel)
        expect(staged.kept)
        coming = _Coming(connection, batch, rejects, counts_input=counts_input)
        try:
            with connection.guard(cancel=cancel):
                coming.bring(told, cancel)
        except BaseException as error:
            # Not guarded: the stop that brought us here must not stop the way back.
            take_back(connection, batch, error)
            raise
        return SlicedResult(
            batch.id,
            staged.read,
            coming.written,
            staged.rejected + coming.rejected,
            tuple(coming.seconds),
        )


def resume_batch(
    connection: Connection,
    name: str,
    *,
    told: Told | None = None,
    cancel: CancelToken | None = None,
) -> int:
    """Finish a batch that a crash interrupted; return how many of its rows are in the table.

    A stop leaves it to be finished later. Raises `CtsError`: usage for a batch that is none, is
    finished, never got all of its rows, or is another database's.
    """
    with open_batch(name) as batch:
        state, _ = batch.read_state()
        check_path(connection, batch)
        if batch.read_order().operation == "reconcile":
            raise usage(
                "An import of trades",
                f"Batch {name} is an import of trades.",
                "`cts-console batches DATABASE --resume ID` finishes it.",
            )
        if state != "coming":
            what = "never had all of its rows" if state == "staging" else f"is {state}"
            raise usage("Nothing to finish", f"Batch {name} {what}.")
        settle_slices(connection, batch)
        coming = _Coming(connection, batch, None, counts_input=False)
        with connection.guard(cancel=cancel):
            coming.bring(told or (lambda _done, _note: None), cancel)
        return batch.read_written()


def undo_batch(connection: Connection, name: str) -> int:
    """Take a batch back as a whole, in slices; return how many rows were left as they are.

    Those are rows that somebody changed since. Raises `CtsError`: usage for a batch that is none or
    another database's, constraint where later rows refer to its rows; what was taken back until
    then stays so, and the rest can be taken back later.
    """
    with open_batch(name) as batch:
        check_path(connection, batch)
        settle_slices(connection, batch)
        return undo_slices(connection, batch)


def undo_slices(connection: Connection, batch: Batch) -> int:
    """Take back what has come over, the last slice first."""
    left = 0
    for part in batch.read_slices():
        started_s = time.perf_counter()
        if part.is_committed or has_changes(connection, part.changeset):
            with transaction(connection):
                left += undo_changes(connection, part.changeset)
        batch.remove_slice(part.number)
        give_way(time.perf_counter() - started_s)
    batch.set_state("undone")
    batch.drop_rows()
    return left


@dataclass(frozen=True, slots=True)
class _Staged:
    read: int
    rejected: int
    kept: int


def _stage(
    connection: Connection,
    batch: Batch,
    order: BatchOrder,
    chunks: Iterator[Chunk],
    rejects: RejectSink | None,
    told: Told,
    cancel: CancelToken | None,
) -> _Staged:
    """Write all rows into a clone of the table, which refuses what the table would refuse."""
    target = read_target(connection, order.table, order.columns)
    with open_database(batch.rows_path, "read_write", create=True) as rows:
        rows.execute("PRAGMA foreign_keys = OFF; PRAGMA cache_size = -65536")
        _make_clone(rows, target)
        clone = read_target(rows, order.table, (*order.columns, NUMBER))
        statement = _statement(clone, order, (NUMBER,))
        writer = Writer(
            rows,
            statement,
            clone.columns,
            rows_per_statement=max(1, MANY_VALUES // len(clone.columns)),
            counting="input",
            rejects=_WithoutNumber(rejects) if rejects is not None else None,
        )
        number = 0
        with rows.guard(cancel=cancel), transaction(rows):
            for chunk in chunks:
                if cancel is not None:
                    cancel.raise_if_cancelled()
                writer.write([(*row, at) for at, row in enumerate(chunk, number + 1)])
                number += len(chunk)
                told(0, f"checking row {number:,}")
        staged = rows.read_int(f"SELECT count(*) FROM {quote_identifier(clone.table.name)}")
    batch.set_state("coming", staged)
    return _Staged(number, writer.rejected, staged)


def _make_clone(rows: Connection, target: Target) -> None:
    table = quote_identifier(target.table.name)
    rows.execute_foreign(target.table.sql)
    rows.execute(f"ALTER TABLE {table} ADD COLUMN {NUMBER} INTEGER")
    for index in target.table.indexes:
        if index.unique and index.sql:
            rows.execute_foreign(index.sql)


class _WithoutNumber:
    """Passes refused rows on without the clone's own column."""

    def __init__(self, rejects: RejectSink) -> None:
        self._rejects = rejects

    def append(self, rejection: Rejection, /) -> None:
        self._rejects.append(replace(rejection, values=rejection.values[:-1]))


class _Coming:
    """The slices of one batch."""

    def __init__(
        self,
        connection: Connection,
        batch: Batch,
        rejects: RejectSink | None,
        *,
        counts_input: bool,
    ) -> None:
        self._connection = connection
        self._batch = batch
        self._order = batch.read_order()
        self._target = read_target(connection, self._order.table, self._order.columns)
        counting: Counting = "input" if counts_input else "row"
        group = MANY_VALUES // len(self._target.columns)
        if self._target.has_triggers or self._target.table.indexes or counting == "row":
            group = 1
        self._writer = Writer(
            connection,
            _statement(self._target, self._order, ()),
            self._target.columns,
            rows_per_statement=max(1, group),
            counting=counting,
            rejects=rejects,
        )
        self.seconds: list[float] = []
        """For how long each slice held the lock."""

    @property
    def written(self) -> int:
        """Rows in the table because of this run."""
        return self._writer.written

    @property
    def rejected(self) -> int:
        """Rows that the table itself refused."""
        return self._writer.rejected

    def bring(self, told: Told, cancel: CancelToken | None) -> None:
        """Bring over what has not come yet."""
        last = next(self._batch.read_slices(), None)
        done = 0 if last is None else last.rows_read
        size = _FIRST_ROWS
        with self._staged_rows(done) as rows:
            while chunk := list(islice(rows, size)):
                if cancel is not None:
                    cancel.raise_if_cancelled()
                done += len(chunk)
                took_s = self._bring_slice(chunk, done)
                told(done, "bringing rows over")
                size = _next_size(size, took_s)
                give_way(took_s)
        self._batch.set_state("done")
        self._batch.drop_rows()

    def _bring_slice(self, chunk: Chunk, done: int) -> float:
        before = self._writer.written
        self._writer.numbers = [int(row[-1]) for row in chunk]
        rows = [row[:-1] for row in chunk]
        with recorded_changes(self._connection) as changes:
            with target_transaction(self._connection, self._target):
                started_s = time.perf_counter()
                self._writer.write(rows)
                number = self._batch.add_slice(done, self._writer.written - before, changes())
            took_s = time.perf_counter() - started_s
        self._batch.confirm(number)
        self.seconds.append(took_s)
        return took_s

    @contextmanager
    def _staged_rows(self, skip: int) -> Iterator[Iterator[Row]]:
        columns = ", ".join(map(quote_identifier, (*self._target.columns, NUMBER)))
        table = quote_identifier(self._target.table.name)
        with open_database(self._batch.rows_path) as staged:
            stream = staged.stream_rows(f"SELECT {columns} FROM {table} LIMIT -1 OFFSET {skip}")
            try:
                yield stream
            finally:
                staged.abandon()


def _statement(target: Target, order: BatchOrder, more: tuple[str, ...]) -> RowStatement:
    if order.operation == "upsert":
        changes = (*order.changes, *more) if order.changes else ()
        return upsert_statement(target, order.key, changes)
    if order.on_conflict == "ignore":
        return insert_statement(target, "ignore")
    return insert_statement(target, "replace" if order.on_conflict == "replace" else "abort")


def take_back(connection: Connection, batch: Batch, error: BaseException) -> None:
    """Take back what has come over, because of `error`. Raises `CtsError` where that fails."""
    try:
        undo_slices(connection, batch)
    except CtsError as failed:
        raise CtsError(
            failed.code,
            "The batch is there in part",
            f"It was stopped ({error}), and what had come over could not be taken back: "
            f"{failed.message} Batch {batch.id} remembers what it wrote.",
            "Take it back, or finish it, as soon as the file can be written.",
        ) from error


def settle_slices(connection: Connection, batch: Batch) -> None:
    """Learn whether the slices at which a crash came were committed."""
    for last in batch.read_slices():
        if last.is_committed:
            return
        if has_changes(connection, last.changeset):
            batch.confirm(last.number)
        else:
            batch.remove_slice(last.number)


def check_path(connection: Connection, batch: Batch) -> None:
    """Raise `CtsError("usage")` where the batch is another database's."""
    path = batch.read_order().path
    if path != str(connection.path):
        raise CtsError(
            "usage",
            "Another database's batch",
            f"Batch {batch.id} was for {path}, not for {connection.path}.",
            "Open that one.",
        )


def _next_size(size: int, took_s: float) -> int:
    """Return how many rows the next slice takes, by the time that the last one took."""
    factor = min(2.0, _AIM_S / max(took_s, 1e-6))
    return max(1, min(_MOST_ROWS, int(size * factor)))
