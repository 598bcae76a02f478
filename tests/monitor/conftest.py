"""Databases, and engines that write to them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from cts_console.monitor import Sampler
from cts_console.sqlite import open_database
from tests.monitor.engines import ENGINE, WRITER, Engine

if not sys.platform.startswith("linux"):
    collect_ignore_glob = ["test_linux_*.py"]

StartEngine = Callable[..., Engine]


@pytest.fixture
def start_engine() -> Iterator[StartEngine]:
    with ExitStack() as stack:

        def start(path: Path, code: str = ENGINE, *arguments: object) -> Engine:
            engine = Engine(code, path, *arguments)
            stack.enter_context(engine.process)
            stack.callback(engine.process.kill)
            return engine

        yield start


@pytest.fixture
def start_writer(start_engine: StartEngine) -> Callable[..., Engine]:
    """Start an engine that will write for some seconds at a pace; 0 commits/s is unthrottled."""

    def start(path: Path, *, commits_per_s: float, rows: int, seconds: float) -> Engine:
        engine = start_engine(path, WRITER, commits_per_s, rows, seconds)
        assert engine.read_line() == "ready"
        return engine

    return start


@pytest.fixture
def make_database(tmp_path: Path) -> Callable[..., Path]:
    def make(*, wal: bool = True, name: str = "ledger.db") -> Path:
        path = tmp_path / name
        with open_database(path, "read_write", create=True) as connection:
            connection.read_value(f"PRAGMA journal_mode = {'wal' if wal else 'delete'}")
            connection.execute(
                "CREATE TABLE trades (id INTEGER PRIMARY KEY, amount REAL, note TEXT);"
                "CREATE TABLE pairs (name TEXT PRIMARY KEY) WITHOUT ROWID;"
            )
        return path

    return make


@pytest.fixture
def ledger(make_database: Callable[..., Path]) -> Path:
    """A ledger that nobody has open."""
    return make_database()


@pytest.fixture
def engine(ledger: Path, start_engine: StartEngine) -> Engine:
    """Another process that has the ledger open."""
    return start_engine(ledger)


@pytest.fixture
def sampler(ledger: Path) -> Iterator[Sampler]:
    """A sampler of the ledger that has looked once."""
    with open_database(ledger) as connection:
        sampler = Sampler(connection)
        sampler.sample()
        yield sampler
