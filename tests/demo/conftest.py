"""One filled demo for all tests of this folder: they only read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cts_console.demo import run_demo
from cts_console.sqlite import Connection, open_database


@pytest.fixture(scope="session")
def demo_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of a demo with the sample alone."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CTS_CONSOLE_HOME", str(folder / "home"))
        result = run_demo(folder / "demo.db")
    assert result.startup.ok, result.startup.errors
    return folder / "demo.db"


@pytest.fixture
def demo(demo_path: Path) -> Iterator[Connection]:
    """Return a read-only connection to it."""
    with open_database(demo_path) as connection:
        yield connection
