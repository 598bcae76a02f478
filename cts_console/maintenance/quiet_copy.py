"""Copy a rollback-journal database in a moment in which nobody writes, without taking a lock.

A read transaction in rollback mode keeps everybody from committing for as long as it lasts. The
bytes can be read without one, through SQLite's own descriptor; they are those of one commit where
nothing moved meanwhile: no journal, the same change counter
(https://sqlite.org/fileformat.html#file_change_counter), size and time of the last write.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cts_console.maintenance.disk import told_as
from cts_console.progress import CancelToken, Progress, ProgressCallback, ProgressSampler
from cts_console.sqlite import Connection, open_database, side_file

_CHUNK_BYTES: Final = 2**20
_TRIES: Final = 3
_CHANGE_COUNTER_OFFSET: Final = 24


def run_quiet_copy(
    path: Path,
    target: Path,
    *,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> bool:
    """Copy the rollback-mode database at `path` into the empty file `target`; tell if that worked.

    False where somebody wrote during each of the tries. Raises `CtsError`: cancelled, disk_full.
    """
    sampler = ProgressSampler(on_progress)
    with open_database(path, cancel=cancel) as source:
        for _ in range(_TRIES):
            before = _read_marks(source)
            if before is None:
                continue
            with told_as("A private copy could not be made", target), target.open("wb") as stream:
                size_bytes = path.stat().st_size
                for offset in range(0, size_bytes, _CHUNK_BYTES):
                    if cancel is not None:
                        cancel.raise_if_cancelled()
                    stream.write(source.read_bytes(offset, _CHUNK_BYTES))
                    sampler.report(Progress.of_bytes(offset, size_bytes, "copying"))
            if _read_marks(source) == before:
                return True
    target.write_bytes(b"")
    return False


def _read_marks(source: Connection) -> tuple[object, ...] | None:
    """Return what changes with every write; None while a transaction is being written."""
    if _has_contents(side_file(source.path, "-journal")):
        return None
    facts = source.path.stat()
    counter = source.read_bytes(_CHANGE_COUNTER_OFFSET, 4)
    return (facts.st_ino, facts.st_size, facts.st_mtime_ns, counter)


def _has_contents(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        return False
