"""Who holds which lock on a database file, and for how long, as far as it was seen."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cts_console.maintenance.users import Holder, read_users
from cts_console.progress import CancelToken
from cts_console.sqlite import side_file

IDLE: Final = ("connected", "open")
"""How a process has the file open without a lock that anybody could wait for."""
_LOOK_S: Final = 0.02


@dataclass(frozen=True, slots=True)
class LockHolder:
    """A process that has the file open."""

    holder: Holder
    """Who, and how."""
    since_s: float | None
    """For how long at least, seconds: since it was first seen. None after a single look: the
    system does not tell since when."""
    started_ms: int | None
    """When its process was started, milliseconds since the epoch: a leftover is old. None where
    that cannot be read."""


@dataclass(frozen=True, slots=True)
class FileLocks:
    """The locks on a file at the last look."""

    known: bool
    """Whether the system told of everybody."""
    locks: tuple[LockHolder, ...]
    """Those who hold a lock."""
    idle: tuple[LockHolder, ...]
    """Those who have it open and hold none that matters."""
    wal_bytes: int
    """Size of the -wal; 0 where there is none."""


def read_locks(
    path: str | os.PathLike[str], *, watch_s: float = 0.0, cancel: CancelToken | None = None
) -> FileLocks:
    """Return who holds which lock on the database at `path`; this process does not count.

    With `watch_s` it looks fifty times a second for so long, and says of what is held at the end
    since when it was seen without a break. Reads the system's table alone; takes no lock.
    """
    token = cancel or CancelToken()
    begun_s = time.monotonic()
    first_seen: dict[tuple[int, str], float] = {}
    while True:
        users = read_users(path)
        now_s = time.monotonic()
        held = {(holder.pid, holder.how) for holder in users.holders}
        first_seen = {key: first_seen.get(key, now_s) for key in held}
        if now_s - begun_s >= watch_s or token.wait(_LOOK_S):
            break
    found = tuple(
        LockHolder(
            holder,
            now_s - first_seen[holder.pid, holder.how] if watch_s else None,
            _read_started_ms(Path("/proc"), holder.pid),
        )
        for holder in users.holders
    )
    return FileLocks(
        users.known,
        tuple(row for row in found if row.holder.how not in IDLE),
        tuple(row for row in found if row.holder.how in IDLE),
        _size_of(side_file(Path(path).resolve(), "-wal")),
    )


def _read_started_ms(proc: Path, pid: int) -> int | None:
    """Return when a process was started: field 22 of its `stat`, in ticks since the boot."""
    try:
        own = (proc / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
        system = (proc / "stat").read_text(encoding="ascii")
    except OSError:
        return None
    boot_s = next(int(row.split()[1]) for row in system.splitlines() if row.startswith("btime "))
    # Its name stands in brackets and may hold anything, brackets too.
    ticks = int(own.rpartition(")")[2].split()[19])
    return boot_s * 1000 + ticks * 1000 // os.sysconf("SC_CLK_TCK")


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
