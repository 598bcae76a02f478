"""Second processes for tests: started, told when to go, killed at a moment of the test's choice."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def a_process(script: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Start Python on `script` and stop it, however the block ends.

    The script says where it is by printing lines; the test waits for them with `wait_for_line`.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", script, *(str(argument) for argument in arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for_line(process: subprocess.Popen[str], expected: str) -> None:
    """Wait until the process prints `expected`; fail with its error output where it ends first."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == expected:
            return
    assert process.stderr is not None
    raise AssertionError(f"the process ended before {expected!r}: {process.stderr.read()}")


def tell(process: subprocess.Popen[str], line: str) -> None:
    """Send one line to the process."""
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


# An engine that lives in another process and keeps a WAL database open, idle until told.
IDLE_ENGINE = """
import sys
from cts_console.sqlite import open_database
with open_database(sys.argv[1], "read_write") as connection:
    connection.read_rows("SELECT * FROM sqlite_schema LIMIT 1")
    print("open", flush=True)
    for line in sys.stdin:
        connection.execute(line)
        print("done", flush=True)
"""
