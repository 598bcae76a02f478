"""Who else has a database file open, as far as the system tells.

Linux shows it in two places: `/proc/locks` (every POSIX lock, of every user) and the links in
`/proc/PID/fd` (only of processes that this user may look into). Lock bytes: in the main file
https://sqlite.org/fileformat.html and `os.h` (PENDING_BYTE), in the -shm
https://sqlite.org/walformat.html#wal_locks; measured in `engineering.md` sections 1 and 2.
No file is opened here but those of `/proc`: opening the database or its -shm would cancel the
locks of this process.
"""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cts_console.sqlite import side_file

_PENDING_BYTE: Final = 0x40000000
# How a process uses the file, the strongest first: (name, first byte, last byte, must be WRITE).
_Locks = tuple[tuple[str, int, int, bool], ...]
_MAIN_LOCKS: Final[_Locks] = (
    ("exclusive", _PENDING_BYTE + 2, _PENDING_BYTE + 511, True),
    ("pending", _PENDING_BYTE, _PENDING_BYTE, True),
    ("reserved", _PENDING_BYTE + 1, _PENDING_BYTE + 1, True),
    ("shared", _PENDING_BYTE + 2, _PENDING_BYTE + 511, False),
)
_SHM_LOCKS: Final[_Locks] = (
    ("writer", 120, 120, True),
    ("checkpointer", 121, 121, True),
    ("recovering", 122, 122, True),
    ("reader", 123, 127, False),
    # Held by every connection in WAL mode for as long as it is open.
    ("connected", 128, 128, False),
)
_LOCKS_OF_NONE: Final[_Locks] = ()
_STRENGTH: Final = (
    "exclusive",
    "pending",
    "reserved",
    "writer",
    "checkpointer",
    "recovering",
    "reader",
    # In WAL mode each connection keeps a shared lock on the main file as well: it says less.
    "connected",
    "shared",
    "open",
)


@dataclass(frozen=True, slots=True)
class Holder:
    """A process, not this one, that has the file open."""

    pid: int
    """Process id; 0 where the system does not show it."""
    command: str
    """Its command line, cut to 120 characters; "" where it cannot be read."""
    how: str
    """Its strongest hold: exclusive, pending, reserved, writer, checkpointer, recovering, reader,
    connected (WAL mode, idle), shared or open (no lock now)."""


@dataclass(frozen=True, slots=True)
class FileUsers:
    """Who else uses a file."""

    known: bool
    """Whether the system told of everybody; without it an empty `holders` proves nothing."""
    holders: tuple[Holder, ...]
    """The others, by process id."""

    @property
    def alone(self) -> bool:
        """Whether it is certain that nobody else has the file open."""
        return self.known and not self.holders

    def describe(self) -> str:
        """Return who uses the file, in one sentence without a full stop."""
        if self.holders:
            names = [
                f"pid {row.pid} ({row.command or 'unknown'}, {row.how})" for row in self.holders
            ]
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            return f"in use by {', '.join(names[:3])}{more}"
        if self.known:
            return "nobody else has the file open"
        return "this system does not tell who else has the file open"


def read_users(path: str | os.PathLike[str]) -> FileUsers:
    """Return who else has the database at `path` open; this process does not count.

    In WAL mode the lock table alone is complete: each connection that has read or written holds a
    lock on the -shm. In rollback mode an idle connection holds none; then `known` needs a look
    into every process that may write the file. Processes of another container or host stay
    unseen. Outside Linux nothing is known.
    """
    resolved = Path(path).resolve()
    if not sys.platform.startswith("linux"):
        return FileUsers(known=False, holders=())
    return _read_linux_users(resolved, Path("/proc"))


def _read_linux_users(path: Path, proc: Path) -> FileUsers:
    try:
        main = path.stat()
        table = (proc / "locks").read_text(encoding="ascii", errors="replace")
    except OSError:
        return FileUsers(known=False, holders=())
    shm = _stat_or_none(side_file(path, "-shm"))
    holds: dict[int, str] = {}
    for pid, how in _read_locks(table, main, shm):
        _keep_strongest(holds, pid, how)
    # The table's device numbers are not those of `stat` on every file system: an inode of the same
    # number elsewhere is told apart by what the process has open.
    holds = {pid: how for pid, how in holds.items() if not _is_elsewhere(proc, pid, main)}
    known = True
    if shm is None:
        openers, known = _read_openers(proc, main)
        for pid in openers:
            _keep_strongest(holds, pid, "open")
    holds.pop(os.getpid(), None)
    holders = tuple(Holder(pid, _read_command(proc, pid), holds[pid]) for pid in sorted(holds))
    return FileUsers(known, holders)


def _read_locks(
    table: str, main: os.stat_result, shm: os.stat_result | None
) -> list[tuple[int, str]]:
    """Return (pid, how) per lock on either file; a line reads
    `1: POSIX  ADVISORY  READ 4711 fe:00:2190757 128 128`.
    """
    found = []
    for line in table.splitlines():
        fields = line.split()
        # A line with an arrow is a wait, not a lock.
        if len(fields) != 8 or fields[1] not in ("POSIX", "OFDLCK"):
            continue
        _, _, _, kind, pid, inode, first, last = fields
        number = int(inode.rsplit(":", 1)[1])
        names = _LOCKS_OF_NONE
        if number == main.st_ino:
            names = _MAIN_LOCKS
        elif shm is not None and number == shm.st_ino:
            names = _SHM_LOCKS
        start, end = int(first), sys.maxsize if last == "EOF" else int(last)
        for how, low, high, must_write in names:
            if start <= high and end >= low and (kind == "WRITE" or not must_write):
                found.append((max(int(pid), 0), how))
    return found


def _read_openers(proc: Path, main: os.stat_result) -> tuple[set[int], bool]:
    """Return the processes with a descriptor on the file, and whether everybody was looked into."""
    openers = set()
    all_seen = True
    for entry in os.scandir(proc):
        if not entry.name.isdigit():
            continue
        try:
            if _has_open(f"{entry.path}/fd", main):
                openers.add(int(entry.name))
        except PermissionError:
            owner = _stat_or_none(Path(entry.path))
            all_seen = all_seen and owner is not None and not _may_write(owner.st_uid, main)
        except OSError:
            continue  # it ended meanwhile
    return openers, all_seen


def _has_open(folder: str, main: os.stat_result) -> bool:
    with os.scandir(folder) as links:
        for link in links:
            try:
                target = link.stat()
            except OSError:
                continue  # closed meanwhile, or a pipe of another namespace
            if target.st_ino == main.st_ino and target.st_dev == main.st_dev:
                return True
    return False


def _is_elsewhere(proc: Path, pid: int, main: os.stat_result) -> bool:
    try:
        return not _has_open(f"{proc}/{pid}/fd", main)
    except OSError:
        return False


def _may_write(uid: int, main: os.stat_result) -> bool:
    # Its groups are not looked up: a file that others may write counts as written by anybody.
    return uid in (0, main.st_uid) or bool(main.st_mode & (stat.S_IWGRP | stat.S_IWOTH))


def _keep_strongest(holds: dict[int, str], pid: int, how: str) -> None:
    known = holds.get(pid, "open")
    holds[pid] = min(known, how, key=_STRENGTH.index)


def _read_command(proc: Path, pid: int) -> str:
    try:
        raw = (proc / str(pid) / "cmdline").read_bytes()
    except OSError:
        return ""
    words = raw.decode("utf-8", errors="replace").replace("\0", " ")
    return " ".join(words.split())[:120]


def _stat_or_none(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None
