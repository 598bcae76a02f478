"""Facts about the files of a database, read without a lock.

Sources: https://sqlite.org/fileformat.html (rollback journal) and
https://sqlite.org/pragma.html#pragma_wal_checkpoint (NOOP reads the two numbers and does nothing).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cts_console.errors import CtsError
from cts_console.sqlite import Connection, side_file
from cts_console.sqlite.inspection import read_foreign_rows

_JOURNAL_MAGIC: Final = bytes.fromhex("d9d505f920a163d7")


@dataclass(frozen=True, slots=True)
class FileFacts:
    """The database file and what lies beside it."""

    size_bytes: int
    """Bytes of the main file."""
    wal_bytes: int
    """Bytes of the `-wal`; 0 where there is none."""
    inode: int
    """The main file's inode: another one means another file under the same name."""
    modified_ns: int
    """When the main file was written last, nanoseconds since the epoch."""


@dataclass(frozen=True, slots=True)
class WalFrames:
    """How far the log is from the main file."""

    log: int
    """Frames in the log."""
    backfilled: int
    """Frames of it that a checkpoint has copied into the main file."""

    @property
    def pending(self) -> int:
        """Frames that exist in the log alone."""
        return self.log - self.backfilled


def read_file_facts(path: Path) -> FileFacts:
    """Return the facts of the file at `path`. Raises `CtsError("not_found")` where it is gone."""
    try:
        main = path.stat()
    except FileNotFoundError:
        raise CtsError(
            "not_found", "The file is gone", f"{path} does not exist any more.", "Check the path."
        ) from None
    return FileFacts(main.st_size, _size(side_file(path, "-wal")), main.st_ino, main.st_mtime_ns)


def read_wal_frames(connection: Connection) -> WalFrames | None:
    """Return the log's frames; None outside WAL mode and where the file cannot tell (damaged)."""
    try:
        rows = read_foreign_rows(connection, "PRAGMA main.wal_checkpoint(NOOP)")
    except CtsError as error:
        # `usage`: a schema format that this SQLite does not know.
        if error.code not in ("damaged", "usage"):
            raise
        return None
    row = rows[0] if rows else (None, None, None)
    if not isinstance(row[1], int) or not isinstance(row[2], int) or row[1] < 0:
        return None
    return WalFrames(row[1], row[2])


def has_live_journal(path: Path) -> bool:
    """Return whether a rollback journal says that the main file is in the middle of a change.

    A journal that was emptied or whose header was zeroed (journal modes TRUNCATE and PERSIST) says
    nothing. Its bytes may be read: SQLite keeps no lock on a journal.
    """
    try:
        with side_file(path, "-journal").open("rb") as journal:
            return journal.read(len(_JOURNAL_MAGIC)) == _JOURNAL_MAGIC
    except FileNotFoundError:
        return False


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
