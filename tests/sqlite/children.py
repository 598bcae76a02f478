"""Second processes for the tests: an engine with its own SQLite library, and a stranger."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]

_ENGINE = """
import json, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=20)
print("ready", flush=True)
for line in sys.stdin:
    try:
        answer = {"rows": connection.execute(json.loads(line)).fetchall()}
    except sqlite3.Error as error:
        answer = {"error": str(error)}
    print(json.dumps(answer), flush=True)
"""

_WRITER = """
import sqlite3, sys, threading
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=20)
stop = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
written = 0
while not stop.is_set():
    connection.execute("INSERT INTO t (a) VALUES (randomblob(2000))")
    written += 1
    if written == 1:
        print("ready", flush=True)
print(written, flush=True)
"""

# Everything is imported before the user changes: a stranger may not read our folders.
_STRANGER = """
import json, os, sys
sys.path.insert(0, {root!r})
from cts_console.errors import CtsError
from cts_console.sqlite import *
from cts_console.store import *
import cts_console.sqlite, platformdirs
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
else:
    own = os.geteuid()
    os.geteuid = lambda: own + 1
try:
{code}
except CtsError as error:
    answer = [error.code, error.hint]
print(json.dumps(answer))
"""


class Engine:
    """A trading engine's process: runs SQL on a file with the standard library's SQLite."""

    def __init__(self, path: Path) -> None:
        self._process = _start(_ENGINE, path)

    def execute(self, sql: str) -> list[list[Any]]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(sql) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(answer["error"])
        rows: list[list[Any]] = answer["rows"]
        return rows

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()


class BusyWriter:
    """A process that commits rows into table `t` until it is told to stop."""

    def __init__(self, path: Path) -> None:
        self._process = _start(_WRITER, path)

    def stop(self) -> int:
        """Stop it and return how many rows it committed."""
        written, _ = self._process.communicate()
        return int(written)


def run_python(code: str, *arguments: object) -> str:
    """Run `code` in a process that can import this checkout, and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def run_as_stranger(code: str, *arguments: object) -> Any:
    """Run `code`, which sets `answer`, as a user who owns none of the test's files.

    Where the tests do not run as root, only the answer of `geteuid` is another. A `CtsError` is
    answered as `[code, hint]`.
    """
    body = "\n".join("    " + line for line in code.strip().splitlines())
    return json.loads(run_python(_STRANGER.format(root=str(ROOT), code=body), *arguments))


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a database that may be open here: read by another process."""
    return run_python(
        "import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], 'rb').read()).hexdigest())",
        path,
    )


def _start(code: str, path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process
