"""The console's own part in what was written, as its connections have counted it."""

from __future__ import annotations

from pathlib import Path

from cts_console.monitor.sample import OwnShare
from cts_console.sqlite import OwnTotals, own_use


class OwnShareReader:
    """Remembers the console's own totals for one file, and tells what was added since."""

    def __init__(self, path: Path) -> None:
        self._use = own_use(path)
        self._before: OwnTotals | None = None

    def read(self) -> OwnShare | None:
        """Return what this process did to the file since the last call; None at the first one."""
        before, now = self._before, self._use.totals
        self._before = now
        longest_s = self._use.take_longest_commit_s()
        if before is None:
            return None
        timed = now.timed_commits - before.timed_commits
        return OwnShare(
            commits=now.commits - before.commits,
            wal_bytes=now.wal_bytes - before.wal_bytes,
            commit_ms=(now.commit_s - before.commit_s) * 1000 / timed if timed else None,
            longest_commit_ms=longest_s * 1000 if timed else None,
            waits=now.waits - before.waits,
            wait_ms=(now.wait_s - before.wait_s) * 1000,
            lock_ms=(now.lock_s - before.lock_s) * 1000,
            oldest_read_ms=self._use.oldest_read_s() * 1000,
        )
