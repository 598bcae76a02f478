"""One import: open, plan, check, write in one transaction, tell."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path

from cts_console.bulk import BulkResult, insert_batch, upsert_batch
from cts_console.errors import CtsError
from cts_console.maintenance import read_users
from cts_console.progress import CancelToken, Progress, ProgressCallback, ProgressSampler
from cts_console.schema import read_schema
from cts_console.sqlite import Connection, open_database
from cts_console.transfer.dry_run import dry_notes, run_dry
from cts_console.transfer.fast_csv import insert_by_sqlite
from cts_console.transfer.files import Look, find_file, look_through, read_stamp
from cts_console.transfer.ledger import unique_keys
from cts_console.transfer.model import (
    ON_CONFLICT,
    ImportRequest,
    ImportResult,
    KnownKeys,
    usage,
)
from cts_console.transfer.once import OnceGuard
from cts_console.transfer.opening import open_source
from cts_console.transfer.plan import Plan, find_table, make_plan
from cts_console.transfer.readers.sql_script import ScriptSource
from cts_console.transfer.readers.sqlite_table import TableSource
from cts_console.transfer.rejects import Rejects
from cts_console.transfer.rows import RowStream
from cts_console.transfer.script import choose_statements, run_script
from cts_console.transfer.source import Chunk, Source


def run_import(
    path: Path,
    file: Path,
    request: ImportRequest,
    *,
    on_progress: ProgressCallback | None = None,
    on_wait: Callable[[float], None] | None = None,
    cancel: CancelToken | None = None,
) -> ImportResult:
    """Import `file` into a table of the database at `path`, in one transaction.

    `on_wait(seconds waited)` is called while another process holds the lock.
    Raises `CtsError`, the table being as it was: usage for a file or an order that cannot be
    imported so, constraint with the line of the first refused row where `rejects` is None, locked
    where others would have to wait, disk_full, cancelled, and what opening the two files raises.
    """
    started_s = time.perf_counter()
    _check_request(request)
    if path.exists() and file.exists() and path.samefile(file):
        raise usage(
            "A database into itself",
            f"{file} is the database itself.",
            "Copy rows within a database by a statement (INSERT … SELECT).",
        )
    with open_database(
        path, "read_only" if request.dry_run else "read_write", cancel=cancel
    ) as connection:
        # A damaged database is said before the file is read.
        read_schema(connection)
        look = _look_through(file, request, on_progress, cancel)
        run = _Run(connection, file, request, on_progress, cancel, started_s, look)
        with (
            connection.guard(cancel=cancel, on_wait=on_wait),
            open_source(file, request.options, cancel) as source,
        ):
            if isinstance(source, ScriptSource):
                return run.script(source)
            return run.rows(source)


class _Run:
    def __init__(
        self,
        connection: Connection,
        file: Path,
        request: ImportRequest,
        on_progress: ProgressCallback | None,
        cancel: CancelToken | None,
        started_s: float,
        look: Look | None,
    ) -> None:
        self._look = look
        self._connection = connection
        self._file = file
        self._request = request
        self._on_progress = on_progress
        self._cancel = cancel
        self._started_s = started_s
        self._size_bytes = file.stat().st_size if file.exists() else 0

    def rows(self, source: Source) -> ImportResult:
        """Import rows."""
        chunks = source.chunks(self._request.batch_rows)
        first = next(chunks, None)
        plan = make_plan(self._connection, source, first or Chunk([], []), self._request)
        key = self._choose_key(plan)
        rejects = Rejects(self._file, source.columns, self._request.rejects)
        look = self._look
        stream = RowStream(
            plan,
            chain(() if first is None else (first,), chunks),
            rejects,
            None if look is None else partial(_check_same, self._file, look),
        )
        known_keys: tuple[KnownKeys, ...] = ()
        # Not told of SQLite's own reading, which this source knows nothing of.
        told = _with_bytes(self._on_progress, source)
        with rejects:
            if self._request.dry_run:
                done, known_keys = run_dry(
                    self._connection,
                    plan,
                    stream,
                    rejects,
                    self._size_bytes,
                    told,
                    self._cancel,
                )
                notes = dry_notes(plan.table, known_keys)
            else:
                guard = OnceGuard(self._connection, plan.table, self._digest(source))
                guard.begin(plan.columns, allow_repeat=self._request.allow_repeat)
                with _remembered(guard):
                    fast = self._write_fast(source, plan, look)
                    if fast is not None:
                        stream.read = fast.rows_written
                    done = fast or self._write(plan, stream, rejects, key, told)
                notes = guard.notes
        result = self._result(source, plan, stream, rejects, done, notes)
        return replace(result, known_keys=known_keys)

    def script(self, source: ScriptSource) -> ImportResult:
        """Run an SQL script."""
        request = self._request
        chosen, left_out = choose_statements(source.statements, request.table)
        if request.rejects or request.mapping or request.constants or request.key:
            raise usage(
                "A script has no columns",
                "An SQL script is run as it is: it takes no mapping, constants, key or rejects.",
                "Leave them out.",
            )
        written, table = 0, request.table
        notes = [f"{left_out} statements were left out: BEGIN, COMMIT, PRAGMA"] if left_out else []
        if request.dry_run:
            notes.append("the script was read and not run: a dry run cannot judge it")
        else:
            written = run_script(self._connection, chosen, request, self._on_progress, self._cancel)
            table = find_table(self._connection, table)[1].name
        return ImportResult(
            table=table,
            format="sql",
            rows_read=len(source.statements),
            rows_written=written,
            rows_rejected=0,
            rejects_file=None,
            bytes_read=self._size_bytes,
            duration_s=time.perf_counter() - self._started_s,
            strategy="script",
            indexes_deferred=(),
            detected=source.detected,
            mapping={},
            constants={},
            left_out=(),
            notes=tuple(notes),
            first_rejects=(),
            dry_run=request.dry_run,
        )

    def _digest(self, source: Source) -> str:
        if isinstance(source, TableSource):
            return source.read_digest(self._request.batch_rows)
        assert self._look is not None, "only a database is not looked through"
        return self._look.digest

    def _write_fast(self, source: Source, plan: Plan, look: Look | None) -> BulkResult | None:
        if look is None or self._request.on_conflict != "abort":
            return None
        # Beside others rows come over in slices, which one statement cannot.
        if not (self._request.overrule or read_users(self._connection.path).alone):
            return None
        return insert_by_sqlite(
            self._connection,
            self._file,
            source,
            plan,
            look,
            check=partial(_check_same, self._file, look),
            on_progress=self._on_progress,
            cancel=self._cancel,
            overrule=self._request.overrule,
        )

    def _write(
        self,
        plan: Plan,
        stream: RowStream,
        rejects: Rejects,
        key: tuple[str, ...],
        told: ProgressCallback | None,
    ) -> BulkResult:
        request = self._request
        if request.on_conflict == "update":
            return upsert_batch(
                self._connection,
                plan.table.name,
                stream,
                plan.columns,
                key=key,
                chunk_rows=request.batch_rows,
                rejects=rejects,
                on_progress=told,
                cancel=self._cancel,
                overrule=request.overrule,
            )
        return insert_batch(
            self._connection,
            plan.table.name,
            stream,
            plan.columns,
            chunk_rows=request.batch_rows,
            on_conflict=request.on_conflict,
            rejects=rejects,
            on_progress=told,
            cancel=self._cancel,
            overrule=request.overrule,
        )

    def _choose_key(self, plan: Plan) -> tuple[str, ...]:
        if self._request.on_conflict != "update" or self._request.key:
            return self._request.key
        written = {column.lower() for column in plan.columns}
        keys = [k for k in unique_keys(plan.table) if {c.lower() for c in k} <= written]
        if len(keys) != 1:
            shown = " or ".join(f"({', '.join(key)})" for key in keys) or "no key"
            raise usage(
                "Which key?",
                f"The rows carry {shown} of {plan.table.name}, by which a row could be found.",
                "Name the columns (--key A,B).",
            )
        return keys[0]

    def _result(
        self,
        source: Source,
        plan: Plan,
        stream: RowStream,
        rejects: Rejects,
        done: BulkResult,
        notes: list[str],
    ) -> ImportResult:
        return ImportResult(
            table=plan.table.name,
            format=source.detected.format,
            rows_read=stream.read,
            rows_written=done.rows_written,
            rows_rejected=rejects.count,
            rejects_file=rejects.file,
            bytes_read=self._size_bytes,
            duration_s=time.perf_counter() - self._started_s,
            strategy=done.strategy,
            indexes_deferred=() if self._request.dry_run else done.indexes_deferred,
            detected=source.detected,
            mapping=plan.mapping,
            constants=plan.constants,
            left_out=plan.left_out,
            notes=(*plan.notes, *_losses(plan), *notes),
            first_rejects=tuple(rejects.first),
            dry_run=self._request.dry_run,
            mode=done.mode,
            batch_id=done.batch_id,
        )


def _look_through(
    path: Path,
    request: ImportRequest,
    on_progress: ProgressCallback | None,
    cancel: CancelToken | None,
) -> Look | None:
    """Look through the file; None for a database, and where nothing will be written."""
    file = find_file(path, request.options.table)
    if file.is_database or request.dry_run:
        return None
    progress = ProgressSampler(on_progress)

    def tell(done: int) -> None:
        progress.report(Progress.of_bytes(done, file.size_bytes, "looking through the file"))

    return look_through(file, cancel, tell)


def _with_bytes(on_progress: ProgressCallback | None, source: Source) -> ProgressCallback | None:
    """Return a callback whose bytes are those of the file that is read, where it is measured."""
    if on_progress is None:
        return None

    def tell(progress: Progress) -> None:
        position = source.position
        on_progress(
            replace(
                progress,
                bytes_done=None if position is None else position.done_bytes,
                bytes_total=None if position is None else position.total_bytes,
            )
        )

    return tell


@contextmanager
def _remembered(guard: OnceGuard) -> Iterator[None]:
    """Tell the guard how the block ended."""
    try:
        yield
    except CtsError:
        guard.end(is_committed=False)
        raise
    guard.end(is_committed=True)


def _check_same(file: Path, look: Look) -> None:
    """Raise `CtsError("usage")` where the file is another one than was looked through."""
    if not file.exists() or read_stamp(file) != look.stamp:
        raise usage(
            "The file changed meanwhile",
            f"{file} was changed or replaced while it was read; nothing was imported.",
            "Import it when nobody writes to it.",
        )


def _losses(plan: Plan) -> Iterator[str]:
    for field in plan.fields:
        converter = field.converter
        if converter.lossy:
            yield (
                f"{converter.column}: {converter.lossy:,} decimals are kept as the nearest REAL, "
                "which does not have all of their digits"
            )
        if converter.naive:
            yield f"{converter.column}: {converter.naive:,} times name no zone and count as UTC"
        if converter.cut:
            yield f"{converter.column}: {converter.cut:,} times were cut to {converter.unit}"


def _check_request(request: ImportRequest) -> None:
    if request.on_conflict not in ON_CONFLICT:
        raise usage(
            "No such choice",
            f"{request.on_conflict!r} is none of {', '.join(ON_CONFLICT)}.",
            "Use one.",
        )
    if request.key and request.on_conflict != "update":
        raise usage(
            "A key for nothing",
            "A key finds the row to update; without --on-conflict update it means nothing.",
            "Leave it out, or update.",
        )
    if request.batch_rows < 1:
        raise usage("No rows in a batch", f"batch_rows is {request.batch_rows}.", "Use at least 1.")
