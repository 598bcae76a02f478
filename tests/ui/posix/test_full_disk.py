"""A disk that fills while a job of the window runs: told, nothing lost, and the window goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from cts_console.sqlite import open_database
from tests.ui.window_process import Remote, a_window, read_log


@pytest.fixture
def remote(console_home: Path, plain_database: Path):
    with a_window() as window:
        yield window
        # Once there is room again, the same window does all of it.
        window.ask("limit", "")
        window.ask("forget messages")
        window.ask("open", plain_database)
        window.ask_until(lambda state: state["database"] == str(plain_database))
        assert window.close() == 0
    assert "Traceback" not in read_log(console_home)


def assert_told(remote: Remote) -> None:
    message = remote.wait_for_message()
    assert message["state"] == "bad", message
    assert "disk" in f"{message['title']} {message['text']}".lower(), message
    assert message["hint"], message


def assert_whole(path: Path) -> None:
    with open_database(path) as connection:
        assert connection.read_rows("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("limit_bytes", [40_000, 790_000])
def test_while_a_database_is_created(remote: Remote, tmp_path: Path, limit_bytes: int):
    path = tmp_path / "new.db"
    remote.ask("limit", limit_bytes)
    remote.ask("create", path)
    assert_told(remote)
    remote.ask("limit", "")
    remote.ask("forget messages")
    if path.exists():
        remote.ask("open", path)
        assert_whole(path)
    else:
        remote.ask("create", path)
        remote.ask_until(lambda state: state["database"] == str(path))


def test_while_the_demo_is_made(remote: Remote, console_home: Path):
    remote.ask("limit", 6_000_000)
    remote.ask("demo")
    assert_told(remote)
    remote.ask("limit", "")
    remote.ask("demo")
    remote.ask_until(lambda state: state["writable"])
    assert_whole(console_home / "data" / "demo.db")


def test_while_a_backup_is_written(remote: Remote, writable_demo: Path, tmp_path: Path):
    output = tmp_path / "copy.db"
    remote.ask("open", writable_demo)
    remote.ask_until(lambda state: state["database"] and not state["busy"])
    remote.ask("limit", 2_000_000)
    remote.ask("back up", output)
    assert_told(remote)
    assert not [path for path in tmp_path.iterdir() if "copy" in path.name]


def test_while_it_audits_and_looks(remote: Remote, writable_demo: Path):
    """Reading needs no room: what cannot be kept is told by the tabs, nothing is claimed."""
    remote.ask("open", writable_demo)
    remote.ask_until(lambda state: state["database"] and not state["busy"])
    remote.ask("limit", 1)
    for name in ("Overview", "Schema", "Audit", "PRAGMA", "Throughput"):
        remote.ask("tab", name)
        remote.ask("refresh")
        remote.ask_until(lambda state: not state["busy"])
    remote.ask("audit", "deep")
    state = remote.ask_until(lambda state: not state["busy"])
    assert not [m for m in state["messages"] if "mistake" in m["title"]]
