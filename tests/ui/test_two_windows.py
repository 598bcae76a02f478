"""Two consoles, two processes, one file: both look, both work, neither harms the other."""

from __future__ import annotations

from pathlib import Path

from cts_console.sqlite import open_database
from tests.ui.window_process import a_window, read_log


def test_two_processes_on_one_file(writable_demo: Path, tmp_path: Path, console_home: Path):
    with (
        a_window("--write", writable_demo) as first,
        a_window("--safe-mode", "--write", writable_demo) as second,
    ):
        for window in (first, second):
            window.ask_until(lambda state: state["writable"] and not state["busy"])
        second.ask("forget messages")  # what safe mode is
        # At the same time, from both sides.
        for window in (first, second):
            window.ask("audit", "deep")
        for number, window in enumerate((first, second)):
            window.ask("back up", tmp_path / f"copy-{number}.db")
        for window in (first, second):
            state = window.ask_until(lambda state: state["messages"] and not state["busy"])
            assert [message["state"] for message in state["messages"]] == ["ok"], state
        assert first.close() == 0
        # The other one goes on as if nothing had happened.
        second.ask("forget messages")
        second.ask("refresh")
        assert second.ask_until(lambda state: not state["busy"])["messages"] == []
        assert second.close() == 0
    assert "Traceback" not in read_log(console_home)
    for path in (writable_demo, tmp_path / "copy-0.db", tmp_path / "copy-1.db"):
        with open_database(path) as connection:
            assert connection.read_rows("PRAGMA integrity_check") == [("ok",)]
