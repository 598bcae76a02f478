"""The missing trades as one batch of the bulk room: whole or absent, and taken back as a whole.

Alone with the file everything is one transaction. Beside others it comes over in short slices, an
order whole in each where that is short enough; a crash in between leaves a batch that can be
finished or taken back. Before each commit the batch keeps what it changes.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from itertools import chain
from typing import Final

from cts_console.bulk.batches import Batch, BatchOrder
from cts_console.errors import CtsError
from cts_console.maintenance import SLICE_S, read_users
from cts_console.progress import CancelToken
from cts_console.reconcile.orders import OrderWriter
from cts_console.sqlite import Connection, open_database, transaction
from cts_console.sqlite.changes import recorded_changes
from cts_console.transfer.trades import Account, OrderUnit, read_units
from cts_console.transfer.trades.missing import MISSING_TABLE
from cts_console.transfer.trades.staging import Staging, in_batches

# One changeset of so many trades is taken back within a slice.
_PART_TRADES: Final = 200
# What follows within the lock, keeping the changes and the commit, takes up to as long again.
_AIM_S: Final = SLICE_S / 4
_COPIED_ROWS: Final = 2_000

Told = Callable[[int, str], None]


def batch_order(connection: Connection) -> BatchOrder:
    """Return what a batch of trades is told to be."""
    return BatchOrder(str(connection.path), "reconcile", "trades", ())


def stage_missing(batch: Batch, staging: Staging, account: Account) -> None:
    """Keep the missing trades with the batch, so that it can be finished after a crash."""
    source = staging.connection
    with open_database(batch.rows_path, "read_write", create=True) as rows, transaction(rows):
        rows.execute("CREATE TABLE about (account TEXT) STRICT")
        rows.execute("INSERT INTO about VALUES (?)", (json.dumps(asdict(account)),))
        rows.execute(MISSING_TABLE)
        marks = ",".join("?" * rows.read_int("SELECT count(*) FROM pragma_table_info('missing')"))
        for some in in_batches(source.stream_rows("SELECT * FROM missing"), _COPIED_ROWS):
            rows.execute_many(f"INSERT INTO missing VALUES ({marks})", some)
        total = rows.read_int("SELECT count(*) FROM missing")
    batch.set_state("coming", total)


class BatchWriter:
    """Brings over the trades that a batch keeps."""

    def __init__(self, connection: Connection, batch: Batch) -> None:
        self._connection = connection
        self._batch = batch
        self._done = 0
        self.seconds: list[float] = []
        """For how long each transaction held the write lock."""

    def bring(self, told: Told, cancel: CancelToken) -> OrderWriter:
        """Bring over what is not there yet, and return who wrote it."""
        with open_database(self._batch.rows_path) as rows:
            account = Account(**json.loads(str(rows.read_value("SELECT account FROM about"))))
            writer = OrderWriter(self._connection, account, rows, time.time_ns() // 1_000_000)
            self._check_pairs(rows)
            parts = chain.from_iterable(map(_parts, read_units(rows)))
            try:
                if read_users(self._connection.path).alone:
                    self._bring_whole(writer, parts, told, cancel)
                else:
                    self._bring_slices(writer, parts, told, cancel)
            finally:
                rows.abandon()
        return writer

    def _check_pairs(self, rows: Connection) -> None:
        """Raise where the database is not the one that the file was compared with."""
        for pair, symbol in rows.read_rows("SELECT DISTINCT pair, symbol FROM missing"):
            there = self._connection.read_row(
                "SELECT 1 FROM trading_pairs WHERE id = ? AND symbol = ?", (pair, symbol)
            )
            if there is None:
                raise CtsError(
                    "usage",
                    "The database is another one",
                    f"{self._connection.path} has other pairs than when the file was compared; "
                    "nothing was written.",
                    "Compare again.",
                )

    def _bring_whole(
        self, writer: OrderWriter, parts: Iterator[OrderUnit], told: Told, cancel: CancelToken
    ) -> None:
        with self._kept() as numbers, transaction(self._connection):
            started_s = time.perf_counter()
            while some := _of_trades(parts, _PART_TRADES):
                cancel.raise_if_cancelled()
                with recorded_changes(self._connection) as changes:
                    before = writer.written.trades
                    for unit in some:
                        self._write(writer, unit)
                    if writer.written.trades > before:
                        numbers.append(self._keep(writer.written.trades - before, changes()))
                told(self._done, "writing trades")
        self.seconds.append(time.perf_counter() - started_s)

    def _bring_slices(
        self, writer: OrderWriter, parts: Iterator[OrderUnit], told: Told, cancel: CancelToken
    ) -> None:
        for first in parts:
            cancel.raise_if_cancelled()
            with (
                self._kept() as numbers,
                recorded_changes(self._connection) as changes,
                transaction(self._connection),
            ):
                started_s = time.perf_counter()
                before = writer.written.trades
                self._write(writer, first)
                while time.perf_counter() - started_s < _AIM_S:
                    following = next(parts, None)
                    if following is None:
                        break
                    self._write(writer, following)
                if writer.written.trades > before:
                    numbers.append(self._keep(writer.written.trades - before, changes()))
            took_s = time.perf_counter() - started_s
            self.seconds.append(took_s)
            told(self._done, "bringing trades over")
            # SQLite has no queue: whoever waits for the lock gets it only while we rest.
            time.sleep(min(took_s, SLICE_S))

    @contextmanager
    def _kept(self) -> Iterator[list[int]]:
        """Confirm the slices that the block adds once it has committed, else forget them."""
        numbers: list[int] = []
        try:
            yield numbers
        except BaseException:
            for number in numbers:
                self._batch.remove_slice(number)
            raise
        for number in numbers:
            self._batch.confirm(number)

    def _write(self, writer: OrderWriter, unit: OrderUnit) -> None:
        writer.write(unit)
        self._done += len(unit.trades)

    def _keep(self, written: int, changeset: bytes) -> int:
        return self._batch.add_slice(self._done, written, changeset)


def _parts(unit: OrderUnit) -> Iterator[OrderUnit]:
    """Yield a unit in parts of a bearable size: an order that was made up grows with each."""
    for some in in_batches(unit.trades, _PART_TRADES):
        yield replace(unit, trades=tuple(some))


def _of_trades(parts: Iterator[OrderUnit], trades: int) -> list[OrderUnit]:
    """Return the next parts, up to about so many trades."""
    some: list[OrderUnit] = []
    count = 0
    for unit in parts:
        some.append(unit)
        count += len(unit.trades)
        if count >= trades:
            break
    return some
