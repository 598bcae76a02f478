"""What the frame reads of a file: once when it is opened, and every two seconds while it is open.

Plain functions for jobs; nothing here knows a widget.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from cts_console.errors import CtsError
from cts_console.maintenance import BackupResult, FileUsers, read_users, run_backup
from cts_console.migrate import read_failed_files, read_migration_status, read_setting
from cts_console.paths import ensure_private_dir
from cts_console.sqlite import (
    Connection,
    Kind,
    classify,
    read_header,
    read_transaction,
    side_file,
)
from cts_console.worker import Errand

FileNumber = tuple[int, int]


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the frame tells about the open file."""

    path: Path
    """Resolved."""
    number: FileNumber
    """Device and inode: another file under the same name has another."""
    kind: Kind
    """Whose database it is."""
    purpose: str | None
    """`demo` or `simulation`, else None."""
    note: str
    """How it was opened, where a person should know; else ""."""
    journal_mode: str
    """`wal`, or how commits are made safe without a log."""
    tables: int
    """Tables, SQLite's own not counted."""
    indexes: int
    """Indexes, those of constraints not counted."""
    migrations: tuple[int, int] | None
    """Applied and all; None where the file is not a CTS database."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """One look at the open file; no lock is taken and no byte of it but the header is read."""

    number: FileNumber
    """Device and inode."""
    size_bytes: int
    """The main file."""
    wal_bytes: int
    """The log beside it; 0 where there is none."""
    schema_cookie: int
    """Counts changes of the schema, as the main file has it."""
    missing_bytes: int
    """How much shorter the file is than its own header says; 0 for a whole one."""


@dataclass(frozen=True, slots=True)
class WriteLeave:
    """What is known before the lock switch opens."""

    users: FileUsers
    """Who else has the file open."""


def read_facts(connection: Connection | None, _errand: Errand) -> FileFacts:
    """Return what the frame tells about the file of `connection`."""
    assert connection is not None
    with read_transaction(connection):
        kind = classify(connection)
        counted = connection.read_row(
            "SELECT sum(type = 'table'), sum(type = 'index') FROM sqlite_schema "
            "WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        )
        tables, indexes = counted or (0, 0)
        migrations = None
        if kind == "cts":
            status = read_migration_status(connection, failed=read_failed_files(connection))
            migrations = (status.applied, status.total)
        return FileFacts(
            path=connection.path,
            number=_number(connection.path.stat()),
            kind=kind,
            purpose=read_setting(connection, "database.purpose") if kind == "cts" else None,
            note=connection.note,
            journal_mode=str(connection.read_value("PRAGMA journal_mode")),
            tables=int(tables or 0),
            indexes=int(indexes or 0),
            migrations=migrations,
        )


def read_pulse(connection: Connection | None, _errand: Errand) -> Pulse:
    """Return the present sizes of the file and whether it is whole.

    Raises `CtsError("not_found")` where the file is gone and `damaged` where nothing is left of it.
    """
    assert connection is not None
    try:
        status = connection.path.stat()
    except OSError as error:
        raise CtsError(
            "not_found", "The file is gone", f"{connection.path}: {error.strerror}."
        ) from error
    header = read_header(connection)
    if header is None:
        raise CtsError(
            "damaged", "The file was cut off", f"{connection.path} has no header any more."
        )
    # Only then was the page count written by a library that keeps it.
    counted = header.change_counter == header.version_valid_for
    promised_bytes = header.page_count * header.page_size if counted else 0
    return Pulse(
        number=_number(status),
        size_bytes=status.st_size,
        wal_bytes=_size(side_file(connection.path, "-wal")),
        schema_cookie=header.schema_cookie,
        missing_bytes=max(0, promised_bytes - status.st_size),
    )


def read_write_leave(_connection: Connection | None, _errand: Errand, *, path: Path) -> WriteLeave:
    """Return who else has the file open; raises `CtsError` where it could not be written anyway."""
    if not _may_write(path):
        raise CtsError(
            "read_only",
            "The database cannot be written",
            f"{path} may not be written by this user.",
            "Check the owner and the permissions of the file.",
        )
    return WriteLeave(read_users(path))


def create_database(_connection: Connection | None, errand: Errand, *, path: Path) -> Path:
    """Create a CTS database at `path` and return its resolved path.

    Raises `CtsError`: usage where something has that name, and the first error of the flow.
    """
    if path.exists() and path.stat().st_size > 0:
        raise CtsError(
            "usage",
            "The name is taken",
            f"{path} exists already; a new database never replaces a file.",
            "Open it instead, or choose another name.",
        )
    # Creating is rare: what it takes is loaded when it is wanted.
    from cts_console.startup import run_startup

    result = run_startup(path, on_progress=errand.on_progress, cancel=errand.cancel)
    if result.errors:
        raise result.errors[0]
    return result.database


def create_demo(_connection: Connection | None, errand: Errand, *, path: Path) -> Path:
    """Create the demo database at `path`, or use the one that is there; return its path."""
    from cts_console.demo import run_demo

    ensure_private_dir(path.parent)
    startup = run_demo(path, on_progress=errand.on_progress, cancel=errand.cancel).startup
    if startup.errors:
        raise startup.errors[0]
    return startup.database


def back_up(
    _connection: Connection | None, errand: Errand, *, source: Path, output: Path
) -> BackupResult:
    """Write a verified copy of `source` to the new file `output`."""
    return run_backup(source, output, on_progress=errand.on_progress, cancel=errand.cancel)


def let_go(_connection: Connection | None, _errand: Errand) -> None:
    """Do nothing: the job only makes its thread close the connection."""


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK)


def _number(status: os.stat_result) -> FileNumber:
    return status.st_dev, status.st_ino


def _size(path: Path) -> int:
    try:
        status = path.stat()
    except OSError:
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0
