"""The tracking table `migrations`: one row per applied file, written in the file's transaction."""

from __future__ import annotations

from dataclasses import dataclass

from cts_console import __version__
from cts_console.errors import CtsError
from cts_console.migrate.files import MigrationFile, number_of
from cts_console.sqlite import Connection

_COLUMNS = frozenset({"id", "name", "checksum", "applied_at", "duration_ms", "app_version"})

# The table of 000_create_migrations_table.sql, for databases of other projects (`--directory`).
_CREATE = """
CREATE TABLE migrations (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (length(name) > 4),
  checksum TEXT NOT NULL CHECK (length(checksum) = 64),
  applied_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (applied_at BETWEEN 1262304000000 AND 4102444800000),
  duration_ms INTEGER NOT NULL DEFAULT 0 CHECK (duration_ms >= 0),
  app_version TEXT NOT NULL DEFAULT ''
) STRICT
"""


@dataclass(frozen=True, slots=True)
class TrackedMigration:
    """One row of `migrations`."""

    name: str
    """File name."""
    checksum: str
    """SHA-256 of the file when it was applied."""
    applied_at: int
    """Milliseconds since the epoch, UTC."""
    duration_ms: int
    """How long it took."""

    @property
    def number(self) -> int | None:
        """The number in the name."""
        return number_of(self.name)


def has_tracking_table(connection: Connection) -> bool:
    """Return whether the database has the tracking table.

    Raises `CtsError("foreign_file")` for a table `migrations` of another shape.
    """
    columns = {
        str(name)
        for (name,) in connection.read_rows("SELECT name FROM temp.pragma_table_info('migrations')")
    }
    if columns and not columns >= _COLUMNS:
        raise CtsError(
            "foreign_file",
            "Another program's migrations",
            f"{connection.path} has a table `migrations` of another shape; nothing was changed.",
            "Another program keeps its history there. `cts-console migrate --preflight` tries the "
            "files on a private copy.",
        )
    return bool(columns)


def read_tracked(connection: Connection) -> tuple[TrackedMigration, ...]:
    """Return the applied migrations in the order of application; none without the table.

    Bytes of a name or a checksum that are no valid text are read as U+FFFD: such a row is one
    that no file belongs to, and is reported so.
    """
    if not has_tracking_table(connection):
        return ()
    encoding = str(connection.read_value("PRAGMA encoding"))
    rows = connection.read_rows(
        "SELECT CAST(name AS BLOB), CAST(checksum AS BLOB), applied_at, duration_ms"
        " FROM migrations ORDER BY id"
    )
    return tuple(
        TrackedMigration(
            _text(name, encoding),
            _text(checksum, encoding),
            _whole(applied_at),
            _whole(duration_ms),
        )
        for name, checksum, applied_at, duration_ms in rows
    )


def is_tracked(connection: Connection, name: str) -> bool:
    """Return whether `name` is applied; meant to be asked inside the write transaction."""
    if not has_tracking_table(connection):
        return False
    return connection.read_row("SELECT 1 FROM migrations WHERE name = ?", (name,)) is not None


def apply_tracking_row(connection: Connection, file: MigrationFile, duration_ms: int) -> None:
    """Record `file` as applied, making the table where the file did not."""
    if not has_tracking_table(connection):
        connection.execute(_CREATE)
    connection.execute(
        "INSERT INTO migrations (name, checksum, duration_ms, app_version) VALUES (?, ?, ?, ?)",
        (file.name, file.checksum, duration_ms, __version__),
    )


def _text(value: object, encoding: str) -> str:
    return value.decode(encoding, "replace") if isinstance(value, bytes) else str(value)


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
