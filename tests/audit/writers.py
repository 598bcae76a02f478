"""Programs that write while an audit reads, each in a process of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.processes import a_process, wait_for_line

# Commits as fast as it can, gives up when a lock stays for a tenth of a second, and counts both.
# (Who gives up at once meets SQLite's own read path about once in five million commits.)
UNTHROTTLED = """
import sqlite3, sys, threading
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=0.1)
connection.execute("PRAGMA synchronous = OFF")
commits = busy = 0
stop = threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), stop.set()), daemon=True).start()
print("writing", flush=True)
while not stop.is_set():
    try:
        connection.execute("INSERT INTO ticks (note) VALUES ('x')")
        commits += 1
    except sqlite3.OperationalError:
        busy += 1
print(commits, busy, flush=True)
"""


@contextmanager
def writing(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Let another process insert into the table `ticks` of the database as fast as it can."""
    with a_process(UNTHROTTLED, path) as process:
        wait_for_line(process, "writing")
        yield process


def end_writing(process: subprocess.Popen[str]) -> tuple[int, int]:
    """Stop the writer and return (commits, times that it met a lock)."""
    output, complaints = process.communicate("stop\n")
    assert not complaints
    commits, busy = output.split()
    return int(commits), int(busy)
