from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cts_console.sqlite import Connection, open_database
from tests.sqlite.databases import make_database

# Users, pipes and resource limits as POSIX has them.
collect_ignore_glob = [] if os.name == "posix" else ["*_posix.py"]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return make_database(tmp_path / "data.db")


@pytest.fixture
def wal_database(tmp_path: Path) -> Path:
    return make_database(tmp_path / "wal.db", wal=True)


@pytest.fixture
def connection(database: Path) -> Iterator[Connection]:
    with open_database(database, "read_write") as opened:
        yield opened


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that every user may enter; pytest's own folders are closed to others."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    for path in (folder, *folder.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)
    shutil.rmtree(folder)
