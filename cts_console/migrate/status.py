"""What is applied, what is pending, and what is wrong between the two."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cts_console.errors import CtsError
from cts_console.migrate.files import MigrationFile, read_migration_files
from cts_console.migrate.tracking import TrackedMigration, read_tracked
from cts_console.sqlite import Connection

State = Literal["applied", "pending", "changed", "missing", "failed", "out_of_order"]

_PENDING: frozenset[State] = frozenset({"pending", "failed", "out_of_order"})


@dataclass(frozen=True, slots=True)
class MigrationItem:
    """One migration, seen from the database and from the folder."""

    file: str
    """File name."""
    number: int | None
    """Its number; None for `db-*.sql`."""
    state: State
    """`changed`: the file differs from what was applied; `missing`: applied, but the file is gone;
    `failed`: pending, and the last try failed; `out_of_order`: pending, though a later file is
    applied."""
    applied_at: int | None
    """Milliseconds since the epoch, UTC; None while not applied."""
    duration_ms: int | None
    """How long it took; None while not applied."""
    checksum: str
    """SHA-256 of the file, or of what was applied where the file is missing."""


@dataclass(frozen=True, slots=True)
class MigrationStatus:
    """All migrations of a database."""

    total: int
    """Files in the folder."""
    applied: int
    """Files of the folder that are applied."""
    pending: int
    """Files of the folder that are not."""
    items: tuple[MigrationItem, ...]
    """Every file in order, then the applied ones whose file is missing."""

    @property
    def is_clean(self) -> bool:
        """Whether everything is applied and nothing is changed or missing."""
        return all(item.state == "applied" for item in self.items)


def read_migration_status(
    connection: Connection,
    directory: Path | None = None,
    *,
    failed: Collection[str] = (),
) -> MigrationStatus:
    """Compare the database with the files of `directory` (default: those shipped).

    `failed` names files whose last try is known to have failed. Raises what
    `read_migration_files` and `read_tracked` raise.
    """
    return compare(read_migration_files(directory), read_tracked(connection), failed=failed)


def compare(
    files: tuple[MigrationFile, ...],
    tracked: tuple[TrackedMigration, ...],
    *,
    failed: Collection[str] = (),
) -> MigrationStatus:
    """Return the status of `files` against the rows of `migrations`."""
    rows = {row.name: row for row in tracked}
    last_applied = max((i for i, file in enumerate(files) if file.name in rows), default=-1)
    items = [
        _item(file, rows.get(file.name), is_late=i < last_applied, failed=file.name in failed)
        for i, file in enumerate(files)
    ]
    names = {file.name for file in files}
    items += [
        MigrationItem(
            row.name, row.number, "missing", row.applied_at, row.duration_ms, row.checksum
        )
        for row in tracked
        if row.name not in names
    ]
    pending = sum(item.state in _PENDING for item in items)
    return MigrationStatus(len(files), len(files) - pending, pending, tuple(items))


def check_not_too_new(
    connection: Connection, files: tuple[MigrationFile, ...], tracked: tuple[TrackedMigration, ...]
) -> None:
    """Raise `CtsError("too_new")` for a database that a newer console has migrated."""
    highest = max((file.number for file in files if file.number is not None), default=0)
    names = {file.name for file in files}
    newer = [
        row.name
        for row in tracked
        if row.name not in names and row.number is not None and row.number > highest
    ]
    version = connection.read_int("PRAGMA user_version")
    if newer or version > highest:
        what = newer[0] if newer else f"schema version {version}"
        raise CtsError(
            "too_new",
            "The database is newer than this console",
            f"{connection.path} holds {what}, this console knows up to {highest:03d}; nothing was "
            "changed.",
            "Update CTS Console. Until then the file can be looked at, audited and backed up.",
        )


def _item(
    file: MigrationFile, row: TrackedMigration | None, *, is_late: bool, failed: bool
) -> MigrationItem:
    state: State
    if row is not None:
        state = "applied" if row.checksum == file.checksum else "changed"
    elif failed:
        state = "failed"
    else:
        state = "out_of_order" if is_late else "pending"
    return MigrationItem(
        file.name,
        file.number,
        state,
        row.applied_at if row else None,
        row.duration_ms if row else None,
        file.checksum,
    )
