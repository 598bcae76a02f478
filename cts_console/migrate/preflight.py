"""Try the pending migrations on a private copy; the database itself is not touched."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cts_console.errors import CtsError
from cts_console.maintenance import open_private_copy
from cts_console.migrate.files import MigrationFile, read_migration_files
from cts_console.migrate.script import ScriptError, check_statements, execute_statements
from cts_console.migrate.tracking import is_tracked
from cts_console.progress import CancelToken, Progress, ProgressCallback, ProgressSampler
from cts_console.sqlite import Connection, transaction

_Object = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PreflightError:
    """Why a file would fail."""

    line: int
    """Line of the failing statement, from 1; 0 where no statement is to blame."""
    statement: str
    """The failing statement; "" where no statement is to blame."""
    message: str
    """What SQLite says."""


@dataclass(frozen=True, slots=True)
class PreflightItem:
    """What one pending file would do."""

    file: str
    """File name."""
    ok: bool
    """Whether it went through on the copy."""
    duration_ms: int
    """How long it took there."""
    error: PreflightError | None
    """Why not, where it did not."""
    created: tuple[str, ...]
    """Objects that it would add, as "table orders"."""
    dropped: tuple[str, ...]
    """Objects that it would remove."""
    altered: tuple[str, ...]
    """Objects whose definition it would change."""


def run_preflight(
    connection: Connection,
    *,
    directory: Path | None = None,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> tuple[PreflightItem, ...]:
    """Run every pending file of `directory` on a private copy and tell what each would do.

    A file that fails is rolled back there and the next one is tried all the same. Raises
    `CtsError`: disk_full, cancelled, and what copying raises.
    """
    files = read_migration_files(directory)
    sampler = ProgressSampler(on_progress)
    with open_private_copy(connection, "preflight", cancel=cancel) as copy:
        pending = [file for file in files if not _is_applied(copy, file)]
        items = []
        for index, file in enumerate(pending):
            if cancel is not None:
                cancel.raise_if_cancelled()
            sampler.report(Progress(index, len(pending), "files", file.name))
            items.append(_try_file(copy, file))
        return tuple(items)


def _is_applied(connection: Connection, file: MigrationFile) -> bool:
    try:
        return is_tracked(connection, file.name)
    except CtsError:
        # A table `migrations` of another program says nothing about our files.
        return False


def _try_file(connection: Connection, file: MigrationFile) -> PreflightItem:
    before = _read_objects(connection)
    started_s = time.perf_counter()
    error = _error_of(connection, file)
    duration_ms = round((time.perf_counter() - started_s) * 1000)
    after = _read_objects(connection)
    return PreflightItem(
        file.name,
        error is None,
        duration_ms,
        error,
        created=_names(after.keys() - before.keys()),
        dropped=_names(before.keys() - after.keys()),
        altered=_names(key for key in before.keys() & after.keys() if before[key] != after[key]),
    )


def _error_of(connection: Connection, file: MigrationFile) -> PreflightError | None:
    if file.defect:
        return PreflightError(file.defect_line, "", f"The file holds {file.defect}.")
    statements = file.statements()
    try:
        if file.no_transaction:
            execute_statements(connection, statements)
        else:
            check_statements(statements)
            with transaction(connection):
                execute_statements(connection, statements)
    except ScriptError as error:
        return PreflightError(error.statement.line, error.statement.sql, error.message)
    return None


def _read_objects(connection: Connection) -> dict[_Object, str]:
    rows = connection.read_rows("SELECT type, name, coalesce(sql, '') FROM sqlite_schema")
    return {(str(kind), str(name)): str(sql) for kind, name, sql in rows}


def _names(objects: Iterable[_Object]) -> tuple[str, ...]:
    return tuple(sorted(f"{kind} {name}" for kind, name in objects))
