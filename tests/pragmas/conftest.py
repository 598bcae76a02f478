"""A database, and an engine: a second process with the standard library's own SQLite."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cts_console.sqlite import Connection, open_database

ENGINE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=0)
for line in sys.stdin:
    connection.execute(line).fetchall()
    print("done", flush=True)
"""

Run = Callable[[str], None]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def connection(path: Path) -> Iterator[Connection]:
    with open_database(path, "read_write", create=True) as connection:
        yield connection


@pytest.fixture
def engine(path: Path) -> Iterator[Run]:
    """Run a statement in another process and wait until it is done."""
    process = subprocess.Popen(
        [sys.executable, "-c", ENGINE, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    stdin, stdout = process.stdin, process.stdout

    def run(sql: str) -> None:
        stdin.write(sql + "\n")
        stdin.flush()
        assert stdout.readline() == "done\n"

    with process:
        yield run
        process.kill()
