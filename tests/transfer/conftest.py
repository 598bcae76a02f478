"""What the tests of this room share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cts_console.sqlite import open_database
from cts_console.startup import run_startup
from cts_console.transfer import ImportRequest, ImportResult, ReadOptions, run_import
from tests.transfer.export_case import make_table

# Resource limits as POSIX has them; files without a name, and /proc.
collect_ignore_glob = [] if os.name == "posix" else ["*_posix.py"]
if not sys.platform.startswith("linux"):
    collect_ignore_glob.append("*_linux.py")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A small database in a folder of its own."""
    folder = tmp_path / "data"
    folder.mkdir()
    return make_table(folder / "a.db", [(number, "text") for number in range(3_000)], ("a", "b"))


CANDLES = """
CREATE TABLE candles (
  id INTEGER PRIMARY KEY, pair INTEGER NOT NULL, at INTEGER,
  close REAL CHECK (close > 0), note TEXT, UNIQUE (pair, at)
);
CREATE INDEX idx_candles_close ON candles (close);
CREATE TABLE loose (a INTEGER, b REAL, c TEXT, d);
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with open_database(tmp_path / "ledger.db", "read_write", create=True) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(CANDLES)
    return tmp_path / "ledger.db"


@pytest.fixture(scope="session")
def cts_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("transfer")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CTS_CONSOLE_HOME", str(folder / "home"))
        run_startup(folder / "cts.db")
    return folder / "cts.db"


@pytest.fixture
def cts(cts_made: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "cts.db"
    copy.write_bytes(cts_made.read_bytes())
    return copy


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write_file(content: str | bytes, name: str = "rows") -> Path:
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    return write_file


@pytest.fixture
def load(path: Path, write: Callable[..., Path]) -> Callable[..., ImportResult]:
    """Import text or bytes into `loose`, or another table."""

    def load_content(
        content: str | bytes, table: str = "loose", read: ReadOptions | None = None, **more: Any
    ) -> ImportResult:
        request = ImportRequest(table=table, options=read or ReadOptions(), **more)
        return run_import(path, write(content), request)

    return load_content


@pytest.fixture
def rows(path: Path) -> Callable[..., list]:
    def read(sql: str = "SELECT * FROM loose ORDER BY rowid") -> list:
        with open_database(path) as connection:
            return connection.read_rows(sql)

    return read
