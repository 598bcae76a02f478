"""Files of somebody else in the window: run as a user who owns nothing here."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cts_console.sqlite import open_database
from tests.ui.window_process import Remote, a_window

NOBODY = 65534
# Everything is imported before the user changes: a stranger may not read our folders.
AS_A_STRANGER = """
import codecs, logging.handlers, os, stat
import PySide6.QtSvg, pyqtgraph, numpy
import cts_console.app, cts_console.demo, cts_console.startup, cts_console.documents
import cts_console.ui.charts.time_chart, cts_console.ui.screenshots, cts_console.monitor.ring
import tests.ui.window_process
from cts_console.audit import select_rules
select_rules("deep")
codecs.lookup("ascii")
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
else:
    own = os.geteuid()
    os.geteuid = lambda: own + 1
"""


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


@pytest.fixture
def stranger(shared_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Remote]:
    home = shared_folder / "home"
    home.mkdir()
    if os.geteuid() == 0:
        os.chown(home, NOBODY, NOBODY)
    monkeypatch.setenv("CTS_CONSOLE_HOME", str(home))
    with a_window(before=AS_A_STRANGER) as remote:
        yield remote
        assert remote.close() == 0


def make_theirs(folder: Path, mode: str) -> Path:
    path = folder / "theirs.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.read_value(f"PRAGMA journal_mode = {mode}")
        connection.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT)")
        connection.execute("INSERT INTO item (name) VALUES ('one')")
    return path


def test_no_permission_to_read(stranger: Remote, shared_folder: Path):
    path = make_theirs(shared_folder, "DELETE")
    path.chmod(0)
    stranger.ask("open", path)
    message = stranger.wait_for_message()
    assert message["state"] == "bad"
    assert message["hint"]


def test_no_permission_to_enter_the_folder(stranger: Remote, shared_folder: Path):
    closed = shared_folder / "closed"
    closed.mkdir()
    path = make_theirs(closed, "DELETE")
    closed.chmod(0)
    stranger.ask("open", path)
    message = stranger.wait_for_message()
    assert message["state"] == "bad"
    assert message["hint"]


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_a_file_of_another_user_is_looked_at_without_a_trace(
    stranger: Remote, shared_folder: Path, mode: str
):
    folder = shared_folder / "theirs"
    folder.mkdir()
    path = make_theirs(folder, mode)
    before = path.read_bytes()
    folder.chmod(0o555)
    stranger.ask("open", path)
    stranger.ask_until(lambda state: state["database"] == str(path))
    for name in ("Overview", "Schema", "Audit", "PRAGMA", "Throughput"):
        stranger.ask("tab", name)
        state = stranger.ask_until(lambda state: not state["busy"])
        assert not [m for m in state["messages"] if "mistake" in m["title"]], state
    assert [entry.name for entry in folder.iterdir()] == [path.name]
    assert path.read_bytes() == before
