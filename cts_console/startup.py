"""The start-up flow: from a path to a CTS database that is set up, migrated and looked at.

Eight steps in a fixed order, each timed: `open`, `pragmas`, `migrations`, `verify`, `analyze`,
`checkpoint`, `connections`, `engines`. A failing step stops the later ones, and the result says
so. On a file that others have open the flow obeys the write gate: it never VACUUMs, it waits for
nobody at a checkpoint, it analyzes table by table, and what would hold the lock is refused.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cts_console.engine import EngineState, ExchangeConnection, read_connections, read_engines
from cts_console.errors import CtsError
from cts_console.maintenance import (
    FileUsers,
    estimate_analyze_s,
    read_users,
    run_checkpoint,
    sweep_copies,
)
from cts_console.migrate import (
    MigrationRun,
    Purpose,
    SchemaCounts,
    check_is_ours,
    check_not_too_new,
    find_differences,
    read_counts,
    read_migration_files,
    run_migrations,
)
from cts_console.migrate.tracking import read_tracked
from cts_console.pragmas import PragmaReading, ProfileName, apply_profile
from cts_console.progress import CancelToken, Progress, ProgressCallback
from cts_console.sqlite import Connection, classify, open_database, quote_identifier

STEPS: Final = (
    "open",
    "pragmas",
    "migrations",
    "verify",
    "analyze",
    "checkpoint",
    "connections",
    "engines",
)
QUICK_CHECK_LIMIT_S: Final = 2.0
ANALYSIS_LIMIT: Final = 400
SLICE_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class StartupStep:
    """One step of the flow."""

    name: str
    """One of `STEPS`."""
    ok: bool
    """Whether it did what it is for; a step that was not reached is not ok."""
    duration_ms: float
    """How long it took."""
    detail: str
    """What it found or did, one sentence."""


@dataclass(frozen=True, slots=True)
class StartupResult:
    """What the flow did; `ok` only where every step was."""

    database: Path
    """The resolved path."""
    created: bool
    """Whether the file was missing or empty."""
    ok: bool
    """Whether every step went through."""
    duration_ms: float
    """The whole flow."""
    steps: tuple[StartupStep, ...]
    """All eight, in order."""
    migrations: MigrationRun | None
    """The migration run; None where that step was not reached."""
    counts: SchemaCounts | None
    """The schema's objects; None where `verify` was not reached."""
    pragmas: tuple[PragmaReading, ...]
    """Every setting of the profile, read back."""
    connections: tuple[ExchangeConnection, ...]
    """The exchange connections that are enabled."""
    engines: tuple[EngineState, ...]
    """What the engines last wrote about themselves."""
    would_start: tuple[ExchangeConnection, ...]
    """The connections on which an engine would start."""
    errors: tuple[CtsError, ...]
    """Why a step failed."""


def run_startup(
    path: str | os.PathLike[str],
    *,
    profile: ProfileName = "trading",
    purpose: Purpose | None = None,
    overrule: bool = False,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> StartupResult:
    """Run the start-up flow on `path`, creating the database where there is none.

    `purpose` marks a database that this call creates as one for invented data. `overrule` takes
    the write lock for as long as it needs although others have the file open. Raises `CtsError`
    only where no flow can begin (no such folder, not a database, foreign_file, too_new) and for
    a stop; what fails inside a step is told in the result.
    """
    flow = _Flow(profile, purpose, overrule, on_progress, cancel)
    started_s = time.perf_counter()
    created = not Path(path).exists() or Path(path).stat().st_size == 0
    with open_database(path, "read_write", create=True, cancel=cancel) as connection:
        with connection.guard(cancel=cancel, on_wait=flow.on_wait):
            check_can_start(connection)
            flow.run(connection, opened_s=time.perf_counter() - started_s)
        return StartupResult(
            database=connection.path,
            created=created,
            ok=all(step.ok for step in flow.steps),
            duration_ms=(time.perf_counter() - started_s) * 1000,
            steps=tuple(flow.steps),
            migrations=flow.migrations,
            counts=flow.counts,
            pragmas=flow.pragmas,
            connections=tuple(row for row in flow.connections if row.is_enabled),
            engines=flow.engines,
            would_start=tuple(row for row in flow.connections if row.would_start),
            errors=tuple(flow.errors),
        )


def check_can_start(connection: Connection) -> None:
    """Raise `CtsError` (foreign_file, too_new) where the flow must not change a byte."""
    kind = classify(connection)
    check_is_ours(connection, kind)
    if kind == "cts":
        check_not_too_new(connection, read_migration_files(), read_tracked(connection))


class _Flow:
    """The eight steps, with what each leaves for the next."""

    def __init__(
        self,
        profile: ProfileName,
        purpose: Purpose | None,
        overrule: bool,
        on_progress: ProgressCallback | None,
        cancel: CancelToken | None,
    ) -> None:
        self._profile: ProfileName = profile
        self._purpose: Purpose | None = purpose
        self._overrule = overrule
        self._on_progress = on_progress
        self._cancel = cancel
        self._users: FileUsers | None = None
        self.steps: list[StartupStep] = []
        self.errors: list[CtsError] = []
        self.migrations: MigrationRun | None = None
        self.counts: SchemaCounts | None = None
        self.pragmas: tuple[PragmaReading, ...] = ()
        self.connections: tuple[ExchangeConnection, ...] = ()
        self.engines: tuple[EngineState, ...] = ()

    def run(self, connection: Connection, opened_s: float) -> None:
        """Run the steps in order until one fails."""
        actions: tuple[Callable[[Connection], str], ...] = (
            self._open,
            self._pragmas,
            self._migrations,
            self._verify,
            self._analyze,
            self._checkpoint,
            self._connections,
            self._engines,
        )
        for name, action in zip(STEPS, actions, strict=True):
            if self.errors:
                self.steps.append(StartupStep(name, False, 0.0, "not reached"))
                continue
            self._report(name)
            started_s = time.perf_counter() - (opened_s if name == "open" else 0.0)
            try:
                detail = action(connection)
            except CtsError as error:
                if error.code == "cancelled":
                    raise
                self.errors.append(error)
                detail = error.message
            duration_ms = (time.perf_counter() - started_s) * 1000
            self.steps.append(StartupStep(name, not self.errors, duration_ms, detail))

    def on_wait(self, waited_s: float) -> None:
        """Tell that another process holds the lock."""
        self._report(f"waiting for another process to finish writing ({waited_s:.0f} s)")

    def _report(self, note: str) -> None:
        if self._on_progress is not None:
            self._on_progress(Progress(len(self.steps), len(STEPS), "steps", note))

    @property
    def _alone(self) -> bool:
        return self._users is not None and self._users.alone

    def _open(self, connection: Connection) -> str:
        # What a crash left of private copies goes at the next start.
        sweep_copies()
        self._users = read_users(connection.path)
        return self._users.describe()

    def _pragmas(self, connection: Connection) -> str:
        self.pragmas = apply_profile(
            connection,
            self._profile,
            new_file=classify(connection) == "empty",
            alone=self._alone,
            cancel=self._cancel,
            on_wait=self.on_wait,
        )
        off = [reading for reading in self.pragmas if not reading.ok]
        if not off:
            return f"{len(self.pragmas)} settings as the profile {self._profile} wants them"
        return "; ".join(f"{row.name} is {row.value}, not {row.expected}" for row in off)

    def _migrations(self, connection: Connection) -> str:
        run = run_migrations(
            connection,
            purpose=self._purpose,
            overrule=self._overrule,
            on_progress=self._on_progress,
            cancel=self._cancel,
        )
        self.migrations = run
        if run.failed is not None:
            failed = run.failed
            raise CtsError(
                "migration_failed",
                "A migration failed",
                f"{failed.file}, line {failed.line}: {failed.message}",
                failed.hint,
            )
        if not run.applied:
            return f"nothing to apply, all {run.total} are in place"
        kept = f"; backup {run.backup.name}" if run.backup else ""
        return f"{len(run.applied)} of {run.total} applied{kept}"

    def _verify(self, connection: Connection) -> str:
        self.counts = read_counts(connection)
        missing = [line for line in find_differences(connection) if line.endswith("is missing")]
        if missing:
            raise CtsError(
                "damaged",
                "The schema is not whole",
                f"{connection.path}: {'; '.join(missing[:5])}"
                + (f" and {len(missing) - 5} more." if len(missing) > 5 else "."),
                "Restore a backup, or ask who changed the schema.",
            )
        return f"schema whole; {_quick_check(connection)}"

    def _analyze(self, connection: Connection) -> str:
        connection.execute(f"PRAGMA analysis_limit = {ANALYSIS_LIMIT}")
        # With the bit -1 SQLite only lists what it would run, one ANALYZE a table.
        wanted = [str(sql) for (sql,) in connection.read_rows("PRAGMA optimize(-1)")]
        done = skipped = 0
        for sql in wanted:
            table = sql.rsplit(".", 1)[-1].strip('"')
            if not self._alone and estimate_analyze_s(connection, table) > SLICE_S:
                skipped += 1
                continue
            connection.execute(f"ANALYZE {quote_identifier(table)}")
            done += 1
        left = f", {skipped} left for a moment when nobody else has the file" if skipped else ""
        return f"statistics renewed for {done} {'table' if done == 1 else 'tables'}{left}"

    def _checkpoint(self, connection: Connection) -> str:
        result = run_checkpoint(connection, "truncate" if self._alone else "passive")
        if result.busy:
            return "others read or write; the log stays for their checkpoint"
        if result.log_frames == result.checkpointed_frames:
            return "everything is in the main file"
        return f"{result.checkpointed_frames} of {result.log_frames} frames in the main file"

    def _connections(self, connection: Connection) -> str:
        self.connections = read_connections(connection)
        enabled = sum(row.is_enabled for row in self.connections)
        return f"{enabled} of {len(self.connections)} enabled"

    def _engines(self, connection: Connection) -> str:
        self.engines = read_engines(connection)
        would_start = sum(row.would_start for row in self.connections)
        return f"{would_start} would start; none was started"


def _quick_check(connection: Connection) -> str:
    """Run `quick_check` within its time limit and say what it found, or that it did not finish."""
    try:
        with connection.guard(timeout_s=QUICK_CHECK_LIMIT_S):
            lines = [str(line) for (line,) in connection.read_rows("PRAGMA quick_check(5)")]
    except CtsError as error:
        if error.code != "timeout":
            raise
        return f"pages not checked: more than {QUICK_CHECK_LIMIT_S:g} s would be needed"
    if lines != ["ok"]:
        raise CtsError(
            "damaged",
            "The database is damaged",
            f"{connection.path}: {lines[0]}",
            "Copy the file and its -wal aside, then run `cts-console audit --profile deep`.",
        )
    return "quick_check ok"
