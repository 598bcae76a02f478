"""Databases, and engines: second processes with the standard library's own SQLite."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

# Signals and resource limits; /proc.
collect_ignore_glob = ["test_posix_*.py"] if sys.platform == "win32" else []
if not sys.platform.startswith("linux"):
    collect_ignore_glob.append("test_linux_*.py")

ENGINE = """
import json, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=0)
for line in sys.stdin:
    try:
        print(json.dumps(connection.execute(json.loads(line)).fetchall()), flush=True)
    except sqlite3.Error as error:
        print(json.dumps(str(error)), flush=True)
"""

# Commits as fast as it can, one row and its double entry at a time, until it is killed.
# It rests for a moment after each commit: SQLite has no queue for its locks, and in rollback mode a
# writer without any pause can keep a reader out for as long as it likes.
BUSY_ENGINE = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
number = 0
while True:
    number += 1
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO trades (amount) VALUES (?)", (number,))
    connection.execute("INSERT INTO mirror (amount) VALUES (?)", (number,))
    connection.execute("COMMIT")
    time.sleep(0.001)
    if number == 20:
        print("writing", flush=True)
"""


class Engine:
    """Another process that has the database open."""

    def __init__(self, code: str, path: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @property
    def pid(self) -> int:
        return self.process.pid

    def read_line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def execute(self, sql: str) -> Any:
        """Run one statement; return its rows, or SQLite's message where it failed."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(sql) + "\n")
        self.process.stdin.flush()
        return json.loads(self.read_line())

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


StartEngine = Callable[..., Engine]


@pytest.fixture
def start_engine() -> Iterator[StartEngine]:
    with ExitStack() as stack:

        def start(path: Path, code: str = ENGINE) -> Engine:
            engine = Engine(code, path)
            stack.enter_context(engine.process)
            stack.callback(engine.process.kill)
            return engine

        yield start


@pytest.fixture
def start_busy_engine(start_engine: StartEngine) -> Callable[[Path], Engine]:
    def start(path: Path) -> Engine:
        engine = start_engine(path, BUSY_ENGINE)
        assert engine.read_line() == "writing"
        return engine

    return start


@pytest.fixture
def make_database(tmp_path: Path) -> Callable[..., Path]:
    """Make a ledger with `rows` trades of about 100 bytes, closed, in WAL mode unless told."""
    from cts_console.sqlite import open_database

    def make(name: str = "ledger.db", *, rows: int = 100, wal: bool = True) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with open_database(path, "read_write", create=True) as connection:
            connection.read_value(f"PRAGMA journal_mode = {'wal' if wal else 'delete'}")
            connection.execute(
                "CREATE TABLE trades (id INTEGER PRIMARY KEY, amount REAL, note TEXT);"
                "CREATE TABLE mirror (id INTEGER PRIMARY KEY, amount REAL);"
                "CREATE INDEX idx_trades_amount ON trades(amount);"
            )
            connection.execute("BEGIN IMMEDIATE")
            connection.execute_many(
                "INSERT INTO trades (amount, note) VALUES (?, ?)",
                ((n / 8, f"{n:<80}") for n in range(rows)),
            )
            connection.execute("COMMIT")
        return path

    return make


@pytest.fixture
def ledger(make_database: Callable[..., Path]) -> Path:
    return make_database()


@pytest.fixture
def list_files(tmp_path: Path) -> Callable[[], set[str]]:
    """Return the names of the files in `tmp_path`, but for those that SQLite keeps beside the
    ledger in WAL mode, also when it is only read.
    """

    def read() -> set[str]:
        names = {part.name for part in tmp_path.iterdir() if part.is_file()}
        return names - {"ledger.db-wal", "ledger.db-shm"}

    return read
