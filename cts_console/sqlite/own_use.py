"""What this process's own connections do to a file: commits, waits, locks, open reads.

The monitor tells the console's own share from everybody else's with it. Counted where it happens,
in the thread of each connection; read from any thread. A second console is another process: its
commits are those of others.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

_FRAME_HEADER_BYTES: Final = 24


@dataclass(frozen=True, slots=True)
class OwnTotals:
    """What our connections have done to one file since the program began."""

    commits: int = 0
    """Commits that wrote."""
    frames: int = 0
    """Pages that they wrote: to the log in WAL mode."""
    wal_bytes: int = 0
    """Bytes of these as frames, with their headers."""
    timed_commits: int = 0
    """Commits whose duration is known."""
    commit_s: float = 0.0
    """Their time in COMMIT, a checkpoint that one had to make included, seconds."""
    waits: int = 0
    """How often one of our connections met another process's lock and waited."""
    wait_s: float = 0.0
    """For how long they waited in all, seconds."""
    lock_s: float = 0.0
    """For how long our transactions held the write lock in all, seconds."""


class OwnUse:
    """Keeps the totals of one file."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._totals = OwnTotals()
        self._longest_commit_s = 0.0
        self._reads: dict[int, float] = {}

    @property
    def totals(self) -> OwnTotals:
        """The totals of now."""
        return self._totals

    def take_longest_commit_s(self) -> float:
        """Return the longest commit since the last call, seconds; 0.0 for none."""
        with self._lock:
            longest_s, self._longest_commit_s = self._longest_commit_s, 0.0
        return longest_s

    def oldest_read_s(self) -> float:
        """Return for how long the oldest of our open reads has been open, seconds; 0.0: none."""
        since_s = min(list(self._reads.values()), default=None)
        return 0.0 if since_s is None else time.monotonic() - since_s

    def add_commits(self, commits: int, pages: int, page_bytes: int, elapsed_s: float) -> None:
        """Count commits that wrote `pages`; the time is that of the one commit, if it was one."""
        with self._lock:
            known, timed = self._totals, int(commits == 1)
            self._totals = replace(
                known,
                commits=known.commits + commits,
                frames=known.frames + pages,
                wal_bytes=known.wal_bytes + pages * (page_bytes + _FRAME_HEADER_BYTES),
                timed_commits=known.timed_commits + timed,
                commit_s=known.commit_s + timed * elapsed_s,
            )
            self._longest_commit_s = max(self._longest_commit_s, timed * elapsed_s)

    def add_wait(self, waited_s: float, *, is_first: bool) -> None:
        """Count a nap in front of another process's lock; `is_first` where the wait begins."""
        with self._lock:
            known = self._totals
            self._totals = replace(
                known, waits=known.waits + int(is_first), wait_s=known.wait_s + waited_s
            )

    @contextmanager
    def locking(self) -> Iterator[None]:
        """Count the time of the block as one in which the write lock is ours."""
        started_s = time.monotonic()
        try:
            yield
        finally:
            with self._lock:
                known = self._totals
                held_s = time.monotonic() - started_s
                self._totals = replace(known, lock_s=known.lock_s + held_s)

    def begin_read(self, reader: int) -> bool:
        """Note that `reader` has a read open; False where that was known."""
        # Without the lock: each statement comes here, and one step on a dict is whole by itself.
        if reader in self._reads:
            return False
        self._reads[reader] = time.monotonic()
        return True

    def end_read(self, reader: int) -> None:
        """Note that the read of `reader` has ended."""
        self._reads.pop(reader, None)


# Forgotten with the last connection to a file, or the last who looks at it.
_uses: Final[WeakValueDictionary[str, OwnUse]] = WeakValueDictionary()
_uses_lock: Final = threading.Lock()


def own_use(path: Path) -> OwnUse:
    """Return what our connections do to the file at the resolved `path`."""
    with _uses_lock:
        return _uses.setdefault(os.fspath(path), OwnUse())
