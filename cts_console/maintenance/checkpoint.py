"""Move frames from the log into the main file, never at the cost of a writer."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from cts_console.errors import CtsError
from cts_console.progress import CancelToken
from cts_console.sqlite import Connection
from cts_console.sqlite.inspection import read_busy_timeout

CHECKPOINT_MODES: Final = ("passive", "full", "restart", "truncate")


@dataclass(frozen=True, slots=True)
class CheckpointResult:
    """What SQLite answered."""

    mode: str
    """The mode that was asked for, one of `CHECKPOINT_MODES`."""
    busy: bool
    """Whether a reader or writer kept it from finishing; what was moved stays moved."""
    log_frames: int
    """Frames in the log after it; 0 also where the database is not in WAL mode."""
    checkpointed_frames: int
    """Frames of the log that are in the main file; 0 also where it is not in WAL mode."""
    duration_ms: float
    """How long it took."""


def run_checkpoint(
    connection: Connection, mode: str = "passive", *, cancel: CancelToken | None = None
) -> CheckpointResult:
    """Run one checkpoint; it waits for nobody.

    Modes: https://sqlite.org/pragma.html#pragma_wal_checkpoint. Every mode but passive takes the
    write lock and would keep it while it waits for readers: measured 6 s of held lock with a busy
    timeout of 6 s and a pinned reader. So the busy timeout is 0 meanwhile, and `busy` says that
    somebody was in the way.

    Raises `CtsError`: usage for another mode, locked inside a transaction of this connection,
    read_only on a connection that may not write, disk_full.
    """
    if mode not in CHECKPOINT_MODES:
        raise CtsError(
            "usage",
            "Not a checkpoint mode",
            f"{mode!r} is not a mode of a checkpoint.",
            f"Give one of {', '.join(CHECKPOINT_MODES)}.",
        )
    _refuse_read_only(connection)
    previous_ms = read_busy_timeout(connection)
    # Before its first read a connection does not know the log.
    connection.read_value("SELECT 1 FROM sqlite_schema LIMIT 1")
    started_s = time.perf_counter()
    connection.set_busy_timeout(0)
    try:
        with connection.guard(cancel=cancel):
            row = connection.read_row(f"PRAGMA wal_checkpoint({mode})")
    finally:
        connection.set_busy_timeout(previous_ms)
    duration_ms = (time.perf_counter() - started_s) * 1000
    busy, log_frames, done = (int(str(value)) for value in row or (0, 0, 0))
    return CheckpointResult(mode, bool(busy), max(log_frames, 0), max(done, 0), duration_ms)


def _refuse_read_only(connection: Connection) -> None:
    if connection.profile != "read_write":
        raise CtsError(
            "read_only",
            "Opened for reading only",
            f"{connection.path} was opened read-only: a checkpoint writes to it.",
            "Open it for writing.",
        )
