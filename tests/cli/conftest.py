"""Databases that most tests begin with, made once and copied, and a way to run commands."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cts_console.bench import readers
from cts_console.demo import run_demo
from cts_console.migrate import run_migrations
from cts_console.sqlite import open_database
from cts_console.startup import run_startup
from tests.cli.console import Console

# Signals, terminals, users and resource limits as POSIX has them.
collect_ignore_glob = [] if os.name == "posix" else ["*_posix.py"]


@pytest.fixture(autouse=True)
def short_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `bench` measure readers for a moment only: here nobody wants their figures."""
    monkeypatch.setattr(readers, "_WINDOW_S", 0.02)


@pytest.fixture
def console(capsys: pytest.CaptureFixture[str]) -> Console:
    return Console(capsys)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the databases that are made once; only ever copied from."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CTS_CONSOLE_HOME", str(folder / "home"))
        run_startup(folder / "cts.db")
        with open_database(folder / "old.db", "read_write", create=True) as connection:
            run_migrations(connection, to=10)
        run_demo(folder / "demo.db")
    return folder


@pytest.fixture
def cts(made: Path, tmp_path: Path) -> Path:
    """A CTS database, up to date."""
    return Path(shutil.copy(made / "cts.db", tmp_path / "cts.db"))


@pytest.fixture
def old(made: Path, tmp_path: Path) -> Path:
    """A CTS database in which the files after number 010 are pending."""
    return Path(shutil.copy(made / "old.db", tmp_path / "old.db"))


@pytest.fixture
def demo(made: Path, tmp_path: Path) -> Path:
    """The demo."""
    return Path(shutil.copy(made / "demo.db", tmp_path / "demo.db"))


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
