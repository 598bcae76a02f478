"""Look at a database read-only, also where its files as they stand do not allow that."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from cts_console.errors import CtsError
from cts_console.maintenance.disk import told_as
from cts_console.maintenance.private_folders import make_private_file, private_folder
from cts_console.progress import CancelToken, Progress, ProgressCallback
from cts_console.sqlite import Connection, open_database, resolve_database_path, side_file

_CHUNK_BYTES: Final = 2**20
_NOTE: Final = (
    "Looked at in a private copy: the program that wrote it last left {left} beside it, and "
    "reading the file itself would write there. The copy shows the last committed state."
)


@contextmanager
def open_look(
    path: str | os.PathLike[str],
    *,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> Iterator[Connection]:
    """Open `path` read-only or, where only that will do, a private copy of it; `note` says which.

    It is a copy where a -wal with contents was left and looking would put files of ours beside
    it, and where a hot journal was left, which would have to be rolled back. Nobody has the file
    open then. `Connection.path` names the copy. Every wait of the block for a lock is told to
    `on_progress` and ended by `cancel`. Raises what `open_database` raises, and
    `CtsError("locked")` where a program opens the file while it is copied.
    """
    resolved = resolve_database_path(path)
    on_wait = _told_to(on_progress)
    connection = _open_in_place(resolved, cancel, on_wait)
    if connection is not None:
        with connection, connection.guard(cancel=cancel, on_wait=on_wait):
            yield connection
        return
    sides = [side for side in _sides(resolved) if has_contents(side)]
    size_bytes = sum(part.stat().st_size for part in (resolved, *sides))
    with private_folder("look", size_bytes) as folder:
        with told_as("A private copy could not be made", folder):
            copy = _copy_files(resolved, sides, folder, cancel)
        # Opened for writing once: SQLite recovers the log or rolls the journal back.
        with open_database(copy, "read_write", cancel=cancel) as settling:
            settling.read_value("SELECT 1 FROM sqlite_schema LIMIT 1")
        with open_database(copy, "read_only", cancel=cancel) as connection:
            connection.note = _NOTE.format(left=" and ".join(side.name for side in sides))
            yield connection


def has_contents(path: Path) -> bool:
    """Return whether `path` exists and holds at least one byte."""
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        return False


def _told_to(on_progress: ProgressCallback | None) -> Callable[[float], None] | None:
    """Return what makes progress of the seconds waited for a lock."""
    if on_progress is None:
        return None

    def on_wait(waited_s: float) -> None:
        note = f"another process holds the lock, waiting ({waited_s:.0f} s)"
        on_progress(Progress(0, None, "", note))

    return on_wait


def _open_in_place(
    path: Path, cancel: CancelToken | None, on_wait: Callable[[float], None] | None
) -> Connection | None:
    """Open `path` itself, or return None where only a private copy will do."""
    try:
        connection = open_database(path, "read_only", cancel=cancel)
    except CtsError as error:
        unused = not side_file(path, "-shm").exists()
        if error.code == "no_permission" and unused and has_contents(side_file(path, "-wal")):
            return None
        raise
    if not has_contents(side_file(path, "-journal")):
        return connection
    try:
        with connection.guard(cancel=cancel, on_wait=on_wait):
            connection.read_value("SELECT 1 FROM sqlite_schema LIMIT 1")
    except CtsError as error:
        connection.close()
        # A journal in use is fine; a hot one would have to be rolled back, which is writing.
        if error.code == "read_only":
            return None
        raise
    return connection


def _copy_files(path: Path, sides: list[Path], folder: Path, cancel: CancelToken | None) -> Path:
    before = fingerprint(path)
    copy = folder / path.name
    _copy_main(path, copy, cancel)
    for side in sides:
        target = folder / side.name
        make_private_file(target)
        shutil.copyfile(side, target)
    if fingerprint(path) != before:
        raise CtsError(
            "locked",
            "Another program has just opened the database",
            f"{path} changed while it was copied.",
            "Try again.",
        )
    return copy


def _copy_main(path: Path, copy: Path, cancel: CancelToken | None) -> None:
    make_private_file(copy)
    if has_contents(side_file(path, "-wal")):
        # In WAL mode without a -shm no connection of this process holds a lock that closing a
        # second descriptor could cancel.
        shutil.copyfile(path, copy)
        return
    # In rollback mode one may; SQLite's own descriptor is safe.
    with open_database(path, cancel=cancel) as source, copy.open("wb") as stream:
        offset = 0
        while chunk := source.read_bytes(offset, _CHUNK_BYTES):
            if cancel is not None:
                cancel.raise_if_cancelled()
            stream.write(chunk)
            offset += len(chunk)


def fingerprint(path: Path) -> tuple[tuple[int, ...], ...]:
    """Return what changes as soon as a program opens or writes the files."""
    found: list[tuple[int, ...]] = []
    for part in (path, *_sides(path), side_file(path, "-shm")):
        if part.exists():
            facts = part.stat()
            found.append((facts.st_ino, facts.st_size, facts.st_mtime_ns))
        else:
            found.append(())
    return tuple(found)


def _sides(path: Path) -> tuple[Path, Path]:
    return side_file(path, "-wal"), side_file(path, "-journal")
