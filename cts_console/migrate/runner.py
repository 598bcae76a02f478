"""Apply pending migrations: each file whole or not at all, however many processes try at once.

A file runs in one `BEGIN IMMEDIATE` together with its row in `migrations` and its number as
`PRAGMA user_version`, which is transactional. Inside that transaction the runner looks again
whether another process has applied the file meanwhile. A file marked `-- cts: no-transaction` runs
statement by statement and is recorded afterwards; it must bear being run twice.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from cts_console.errors import CtsError
from cts_console.maintenance import backup_before, pass_gate
from cts_console.migrate.estimate import estimate_hold_s
from cts_console.migrate.failures import record_failure
from cts_console.migrate.files import MigrationFile, read_migration_files
from cts_console.migrate.identity import SETTINGS_FILE, Purpose, apply_identity
from cts_console.migrate.preconditions import check_precondition
from cts_console.migrate.script import ScriptError, check_statements, execute_statements
from cts_console.migrate.status import check_not_too_new
from cts_console.migrate.tracking import apply_tracking_row, is_tracked, read_tracked
from cts_console.pragmas import apply_profile
from cts_console.progress import CancelToken, Progress, ProgressCallback, ProgressSampler
from cts_console.sqlite import (
    Connection,
    Kind,
    classify,
    quote_identifier,
    transaction,
)


@dataclass(frozen=True, slots=True)
class AppliedMigration:
    """One file that this run applied."""

    file: str
    """File name."""
    duration_ms: int
    """How long its statements took."""


@dataclass(frozen=True, slots=True)
class MigrationFailure:
    """Why a file was not applied; the database is as it was before the file."""

    file: str
    """File name."""
    line: int
    """Line of the failing statement in the file, from 1; 0 where no statement is to blame."""
    statement: str
    """The failing statement; "" where no statement is to blame."""
    message: str
    """SQLite's message, or ours."""
    hint: str = ""
    """What to do."""


@dataclass(frozen=True, slots=True)
class MigrationRun:
    """What one run did."""

    total: int
    """Files considered."""
    applied: tuple[AppliedMigration, ...]
    """Files applied by this run, in order."""
    already_applied: int
    """Files that were applied before, or meanwhile by another process."""
    failed: MigrationFailure | None
    """The file that stopped the run; None when it went through."""
    backup: Path | None
    """The verified backup made first; None where the database held no rows."""


def run_migrations(
    connection: Connection,
    *,
    directory: Path | None = None,
    to: int | None = None,
    purpose: Purpose | None = None,
    overrule: bool = False,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> MigrationRun:
    """Apply what is pending of `directory` (default: the files shipped), at most to number `to`.

    Without `directory` the database must be ours or empty. A verified backup is made first where
    it holds any row. Beside other processes that have the file open, a file that would hold the
    write lock for too long is refused unless `overrule`. A failing file ends the run and is told
    in `failed`, never raised. Raises `CtsError`: foreign_file, too_new, locked, disk_full,
    cancelled (between two files, or inside one, which is then rolled back).
    """
    files = read_migration_files(directory)
    kind = classify(connection)
    is_ours = kind in ("cts", "empty")
    is_shipped = directory is None
    if is_shipped:
        check_is_ours(connection, kind)
    tracked = read_tracked(connection)
    if is_ours:
        check_not_too_new(connection, files, tracked)
    chosen = choose_files(files, to)
    done = {row.name for row in tracked}
    pending = tuple(file for file in chosen if file.name not in done)
    backup = None
    if kind == "empty" and is_shipped:
        # auto_vacuum can be chosen only before the first table, and 101 proves that it was.
        apply_profile(connection, "trading", new_file=True, cancel=cancel)
    if pending:
        _pass_gate(connection, pending, overrule=overrule)
        backup = _back_up(connection, pending[0], cancel)
    run = _Run(connection, purpose, sets_user_version=is_ours)
    sampler = ProgressSampler(on_progress)
    for index, file in enumerate(pending):
        if cancel is not None:
            cancel.raise_if_cancelled()
        sampler.report(Progress(index, len(pending), "files", file.name))
        if not run.apply(file):
            break
    if run.failed is not None:
        failed = run.failed
        record_failure(connection, failed.file, failed.line, failed.statement, failed.message)
    sampler.finish(Progress(len(run.applied) + run.skipped, len(pending), "files"))
    already = len(chosen) - len(pending) + run.skipped
    return MigrationRun(len(chosen), tuple(run.applied), already, run.failed, backup)


def choose_files(files: tuple[MigrationFile, ...], to: int | None) -> tuple[MigrationFile, ...]:
    """Return the files up to number `to`; all of them where it is None."""
    if to is None:
        return files
    return tuple(file for file in files if file.number is not None and file.number <= to)


def _pass_gate(
    connection: Connection, pending: tuple[MigrationFile, ...], *, overrule: bool
) -> None:
    """Raise `CtsError("locked")` where the slowest file would keep others waiting for too long."""
    holds_s = [(estimate_hold_s(connection, file), file.name) for file in pending]
    longest_s, name = max(holds_s)
    pass_gate(connection, what=f"migration {name}", estimated_hold_s=longest_s, overrule=overrule)


def _back_up(
    connection: Connection, first: MigrationFile, cancel: CancelToken | None
) -> Path | None:
    """Make a verified backup beside the database where there is a row to lose."""
    if not holds_rows(connection):
        return None
    label = f"{first.number:03d}" if first.number is not None else Path(first.name).stem
    return backup_before(connection.path, label, cancel=cancel).output


def check_is_ours(connection: Connection, kind: Kind) -> None:
    """Raise `CtsError("foreign_file")` for a database that is neither empty nor a CTS database."""
    if kind in ("cts", "empty"):
        return
    owner = {
        "cts_legacy": "a database of CTS 3.1",
        "freqtrade": "a freqtrade database",
        "hummingbot": "a hummingbot database",
    }.get(kind, "another application's database")
    raise CtsError(
        "foreign_file",
        "Not a CTS database",
        f"{connection.path} is {owner}; nothing was changed.",
        "It can be audited and backed up. To create a CTS database, name a new file.",
    )


def holds_rows(connection: Connection) -> bool:
    """Return whether any table beside `migrations` holds a row."""
    tables = connection.read_rows(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'migrations' "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    return any(
        connection.read_row(f"SELECT 1 FROM {quote_identifier(str(name))} LIMIT 1") is not None
        for (name,) in tables
    )


class _Run:
    """Applies one file after the other and keeps the tally."""

    def __init__(
        self, connection: Connection, purpose: Purpose | None, *, sets_user_version: bool
    ) -> None:
        self._connection = connection
        self._purpose = purpose
        self._is_ours = sets_user_version
        self.applied: list[AppliedMigration] = []
        self.skipped = 0
        self.failed: MigrationFailure | None = None

    def apply(self, file: MigrationFile) -> bool:
        """Apply `file`; return False where it failed and the run must end."""
        if file.defect:
            self.failed = MigrationFailure(
                file.name, file.defect_line, "", f"The file holds {file.defect}.", "Correct it."
            )
            return False
        try:
            if file.no_transaction:
                self._apply_without_transaction(file)
            else:
                self._apply_whole(file)
        except ScriptError as error:
            self.failed = MigrationFailure(
                file.name, error.statement.line, error.statement.sql, error.message, error.hint
            )
        except CtsError as error:
            if error.code != "migration_failed":
                raise
            self.failed = MigrationFailure(file.name, 0, "", error.message, error.hint)
        return self.failed is None

    def _apply_whole(self, file: MigrationFile) -> None:
        statements = file.statements()
        check_statements(statements)
        with transaction(self._connection):
            if is_tracked(self._connection, file.name):
                self.skipped += 1
                return
            check_precondition(self._connection, file.name)
            started_s = time.perf_counter()
            execute_statements(self._connection, statements)
            if self._is_ours and file.name == SETTINGS_FILE:
                apply_identity(self._connection, self._purpose)
            self._record(file, started_s)

    def _apply_without_transaction(self, file: MigrationFile) -> None:
        started_s = time.perf_counter()
        execute_statements(self._connection, file.statements())
        with transaction(self._connection):
            if is_tracked(self._connection, file.name):
                self.skipped += 1
                return
            self._record(file, started_s)

    def _record(self, file: MigrationFile, started_s: float) -> None:
        duration_ms = round((time.perf_counter() - started_s) * 1000)
        apply_tracking_row(self._connection, file, duration_ms)
        if self._is_ours and file.number is not None:
            highest = self._connection.read_int("PRAGMA user_version")
            self._connection.execute(f"PRAGMA user_version = {max(highest, file.number)}")
        self.applied.append(AppliedMigration(file.name, duration_ms))
