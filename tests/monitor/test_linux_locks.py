"""The lock table of the kernel while the sampler runs as fast as it can."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from cts_console.monitor import Sampler, table_growth
from cts_console.sqlite import open_database, side_file

# https://sqlite.org/walformat.html#wal_locks: 120 write, 121 checkpoint, 122 recover, 123 to 127
# read marks, 128 held by every connection.
CONNECTED = ("READ", 128, 128)
# A reader that is the first at its mark locks the mark, which nobody waits for, to set it.
READ_MARKS = {(kind, byte, byte) for byte in range(123, 128) for kind in ("READ", "WRITE")}
# What every reader of SQLite does that meets a header of the index in the middle of being written:
# it asks for the write lock, and lets go of it at once. Only an unthrottled writer shows it.
TORN = ("WRITE", 120, 120)
LOOKS = 150
LONGEST_S = 30
Locks = set[tuple[str, int, int]]


def read_own_locks(inode: int) -> Locks:
    """Return this process's locks on a file: (kind, first byte, last byte)."""
    found = set()
    for line in Path("/proc/locks").read_text("ascii").splitlines():
        fields = line.split()
        if len(fields) == 8 and fields[4] == str(os.getpid()):
            _, _, _, kind, _, file, first, last = fields
            if int(file.rsplit(":", 1)[1]) == inode:
                found.add((kind, int(first), int(last)))
    return found


def locks_while_sampling(path: Path, *, until: Callable[[Locks], object]) -> Locks:
    """Sample in a thread of its own, beside a writer, and return every lock that was seen.

    It looks `LOOKS` times, and on until commits were seen and `until` holds.
    """
    ready, stop = threading.Event(), threading.Event()
    commits = 0

    def sample() -> None:
        nonlocal commits
        with open_database(path) as connection:
            sampler = Sampler(connection)
            sampler.sample()
            ready.set()
            while not stop.is_set():
                commits += sampler.sample().commits or 0

    thread = threading.Thread(target=sample)
    thread.start()
    ready.wait()
    seen: Locks = set()
    inode = side_file(path, "-shm").stat().st_ino
    deadline_s = time.monotonic() + LONGEST_S
    for look in itertools.count():
        seen |= read_own_locks(inode)
        if (look >= LOOKS and commits and until(seen)) or time.monotonic() > deadline_s:
            break
    stop.set()
    thread.join()
    assert commits > 0
    return seen


def test_no_lock_but_the_one_of_being_connected(make_database, start_writer, monkeypatch):
    monkeypatch.setattr(table_growth, "INTERVAL_S", float("inf"))
    path = make_database()
    writer = start_writer(path, commits_per_s=0, rows=1, seconds=60)
    writer.tell()
    assert locks_while_sampling(path, until=bool) == {CONNECTED}


def test_reading_the_rows_takes_a_read_mark_and_no_checkpoint_lock(
    make_database, start_writer, monkeypatch
):
    monkeypatch.setattr(table_growth, "INTERVAL_S", 0.0)
    path = make_database()
    writer = start_writer(path, commits_per_s=0, rows=1, seconds=60)
    writer.tell()
    seen = locks_while_sampling(path, until=READ_MARKS.intersection)
    assert seen <= {CONNECTED, TORN} | READ_MARKS
    assert seen & READ_MARKS
