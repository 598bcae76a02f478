from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cts_console.sqlite import Connection, open_database
from cts_console.startup import run_startup

CANDLES = """
CREATE TABLE candles (
  id INTEGER PRIMARY KEY, pair INTEGER NOT NULL, at INTEGER NOT NULL,
  close REAL CHECK (close > 0), note TEXT, UNIQUE (pair, at)
);
CREATE INDEX idx_candles_at ON candles (at);
CREATE INDEX idx_candles_close ON candles (close);
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def connection(path: Path) -> Iterator[Connection]:
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF")
        connection.execute(CANDLES)
        yield connection


def candles(count: int, first: int = 1) -> list[tuple[object, ...]]:
    return [(n, n % 7, n * 60_000, 1.0 + n, f"note {n}") for n in range(first, first + count)]


@pytest.fixture
def cts_connection(tmp_path: Path) -> Iterator[Connection]:
    run_startup(tmp_path / "cts.db")
    with open_database(tmp_path / "cts.db", "read_write") as connection:
        yield connection
