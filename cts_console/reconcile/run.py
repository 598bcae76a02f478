"""Import what a database lacks of an exchange's trades: compared, rehearsed, audited, written."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from functools import partial
from typing import Final

from cts_console.bulk import BulkResult
from cts_console.bulk.batches import new_batch, open_batch
from cts_console.bulk.record import record_operation
from cts_console.bulk.slices import check_path, settle_slices, take_back
from cts_console.errors import CtsError
from cts_console.maintenance import open_look
from cts_console.migrate import read_setting
from cts_console.progress import CancelToken, Progress, ProgressCallback, ProgressSampler
from cts_console.reconcile.batch import BatchWriter, Told, batch_order, stage_missing
from cts_console.reconcile.model import ImportResult, ImportState, Written
from cts_console.reconcile.rehearsal import Rehearsal, rehearse
from cts_console.sqlite import Connection, open_database
from cts_console.transfer.trades import (
    Account,
    OpenComparison,
    open_comparison,
    rank_missing,
)

_NO_POSITION: Final = (
    "Imported trades belong to no position: which one they built or reduced is not in the file."
)


def import_missing(
    path: str | os.PathLike[str],
    file: str | os.PathLike[str],
    *,
    connection_id: int | None = None,
    part: str | None = None,
    dry_run: bool = False,
    overrule: bool = False,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> ImportResult:
    """Compare as `compare_trades` does, and import what only the file has, as one batch.

    The import is made on a private copy first, which is audited by the ledger rules before and
    after: what they find anew stops the import, unless it is for information alone or `overrule`
    is set; so do times that are probably of another zone. `dry_run` ends there. Whoever imports
    the same file again, or at the same time, imports nothing twice. `undo_batch` takes the whole
    back. Progress tells as well that another process holds the lock.

    Raises `CtsError`: what `compare_trades` raises, constraint, locked, cancelled (then nothing
    of it is left), read_only.
    """
    stop = cancel or CancelToken()
    with open_comparison(
        path, file, connection_id=connection_id, part=part, on_progress=on_progress, cancel=stop
    ) as opened:
        if not opened.comparison.only_in_file.total:
            return _result(opened, "nothing_missing", Rehearsal(Written(), (), 0, ()))
        rank_missing(opened.staging, opened.comparison.account)
        with open_look(path, on_progress=on_progress, cancel=stop) as look:
            purpose = read_setting(look, "database.purpose")
            rehearsal = _rehearse(look, opened, on_progress, stop)
        notes = tuple(_notes(purpose, rehearsal))
        is_doubtful = opened.comparison.shift_ms is not None
        if (is_doubtful or any(each.stops for each in rehearsal.findings)) and not overrule:
            return _result(opened, "stopped", rehearsal, notes=notes)
        if dry_run:
            return _result(opened, "rehearsed", rehearsal, notes=notes)
        return _import(path, opened, rehearsal, notes, on_progress, stop)


def resume_import(
    connection: Connection,
    name: str,
    *,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> int:
    """Finish an import that a crash interrupted; return how many of its trades are there.

    A stop leaves it to be finished later. Raises `CtsError`: usage for a batch that is none, is
    finished, or is another database's.
    """
    stop = cancel or CancelToken()
    with open_batch(name) as batch:
        state, total = batch.read_state()
        check_path(connection, batch)
        if state != "coming":
            what = "never had all of its trades" if state == "staging" else f"is {state}"
            raise CtsError("usage", "Nothing to finish", f"Batch {name} {what}.")
        settle_slices(connection, batch)
        with connection.guard(cancel=stop):
            BatchWriter(connection, batch).bring(_told(on_progress, total), stop)
        batch.set_state("done")
        batch.drop_rows()
        return batch.read_written()


def _rehearse(
    look: Connection,
    opened: OpenComparison,
    on_progress: ProgressCallback | None,
    stop: CancelToken,
) -> Rehearsal:
    account = opened.comparison.account
    staged = opened.staging.connection
    try:
        return rehearse(
            look,
            account,
            staged,
            time.time_ns() // 1_000_000,
            on_progress,
            stop,
        )
    finally:
        staged.abandon()


def _import(
    path: str | os.PathLike[str],
    opened: OpenComparison,
    rehearsal: Rehearsal,
    notes: tuple[str, ...],
    on_progress: ProgressCallback | None,
    stop: CancelToken,
) -> ImportResult:
    with (
        open_database(path, "read_write", cancel=stop) as connection,
        new_batch(batch_order(connection)) as batch,
    ):
        account = opened.comparison.account
        _check_account(connection, account)
        stage_missing(batch, opened.staging, account)
        _, total = batch.read_state()
        writer = BatchWriter(connection, batch)
        started_ms = time.time_ns() // 1_000_000
        try:
            with connection.guard(cancel=stop, on_wait=partial(_tell_wait, on_progress)):
                written = writer.bring(_told(on_progress, total), stop).written
        except BaseException as error:
            # Not guarded: the stop that brought us here must not stop the way back.
            take_back(connection, batch, error)
            raise
        batch.drop_rows()
        if written.trades:
            record_operation(connection, _as_bulk_result(written, total, writer), started_ms)
        # A batch that wrote nothing is not kept.
        batch.set_state("done" if written.trades else "staging")
        return _result(
            opened,
            "imported",
            Rehearsal(written, rehearsal.findings, rehearsal.rules_asked, rehearsal.unchecked),
            notes=notes,
            batch_id=batch.id if written.trades else None,
            slice_seconds=tuple(writer.seconds),
        )


def _as_bulk_result(written: Written, total: int, writer: BatchWriter) -> BulkResult:
    duration_s = sum(writer.seconds)
    return BulkResult(
        operation="insert",
        table="trades",
        rows_requested=total,
        rows_written=written.trades,
        rows_rejected=sum(each.trades for each in written.refusals),
        batches=len(writer.seconds),
        duration_s=duration_s,
        rows_per_s=written.trades / duration_s if duration_s else 0.0,
        strategy="rows",
        reason="each trade is looked for before it is written",
        mode="whole" if len(writer.seconds) == 1 else "slices",
        indexes_deferred=(),
        committed_through=total,
        batch_seconds=tuple(writer.seconds),
    )


def _check_account(connection: Connection, account: Account) -> None:
    found = connection.read_row(
        "SELECT e.name FROM exchange_connections c JOIN exchanges e ON e.id = c.exchange_id "
        "WHERE c.id = ?",
        (account.id,),
    )
    if found is None or found[0] != account.exchange:
        raise CtsError(
            "usage",
            "The database is another one",
            f"{connection.path}: connection {account.id} is not of {account.exchange} any more; "
            "nothing was written.",
            "Compare again.",
        )


def _notes(purpose: str | None, rehearsal: Rehearsal) -> Iterator[str]:
    if purpose in ("demo", "simulation"):
        yield (f"The database is marked {purpose}: what is imported stands among invented trades.")
    yield _NO_POSITION
    if rehearsal.unchecked:
        yield f"{len(rehearsal.unchecked)} rules gave no answer about the copy."


def _result(
    opened: OpenComparison,
    state: ImportState,
    rehearsal: Rehearsal,
    *,
    notes: tuple[str, ...] = (),
    batch_id: str | None = None,
    slice_seconds: tuple[float, ...] = (),
) -> ImportResult:
    return ImportResult(
        comparison=opened.comparison,
        state=state,
        written=rehearsal.written,
        findings=rehearsal.findings,
        rules_asked=rehearsal.rules_asked,
        unchecked=rehearsal.unchecked,
        batch_id=batch_id,
        slice_seconds=slice_seconds,
        notes=notes,
    )


def _tell_wait(on_progress: ProgressCallback | None, waited_s: float) -> None:
    if on_progress is not None:
        note = f"another process is writing, waiting ({waited_s:.0f} s)"
        on_progress(Progress(0, None, "", note))


def _told(on_progress: ProgressCallback | None, total: int) -> Told:
    sampler = ProgressSampler(on_progress)

    def told(done: int, note: str) -> None:
        sampler.report(Progress(done, total, "trades", note))

    return told
