"""The main path at a real window: real keys, real clicks, and what can be seen from outside."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cts_console.demo import run_demo
from cts_console.overview import read_kept_audit
from cts_console.progress import CancelToken
from cts_console.ui.settings import WindowSettings
from cts_console.ui.tabs.registry import TABS
from tests.processes import ROOT
from tests.ui.window_process import Remote, a_window, read_log
from tests.xvfb.display import LONGEST_WAIT_S, Display, wait_until


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    path = tmp_path / "demo.db"
    assert run_demo(path).startup.ok
    return path


@contextmanager
def the_program(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Start the program itself, and end it however the block ends."""
    program = subprocess.Popen(
        [sys.executable, "-m", "cts_console", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield program
    finally:
        program.kill()
        program.communicate()


def test_keys_alone_lead_through_the_program(display: Display, demo: Path, console_home: Path):
    with the_program(demo) as program:
        display.find_window("demo.db")
        assert str(demo) in display.title
        display.wait_for_a_new_picture()
        for number in range(2, len(TABS) + 1):
            display.press(f"ctrl+{number}")
            display.wait_for_a_new_picture()
        # An audit, kept in the console's own memory.
        display.press("ctrl+r")
        wait_until(lambda: read_kept_audit(demo, CancelToken()), "no audit was kept")
        # Find a table by name, from wherever one is.
        display.press("ctrl+p")
        display.wait_for_a_new_picture()
        display.type("trades")
        display.wait_for_a_new_picture()
        display.press("Return", "Escape")
        # Unlock and lock, zoom, the zone of times. In a text field Ctrl+U empties the line.
        for keys in ("ctrl+l", "ctrl+l", "ctrl+plus", "ctrl+1", "ctrl+u"):
            display.press(keys)
        display.press("ctrl+4", "ctrl+q")
        output, errors = program.communicate(timeout=LONGEST_WAIT_S)
    assert (program.returncode, output, errors) == (0, "", "")
    assert "ERROR" not in read_log(console_home)
    settings = WindowSettings(console_home / "state" / "window.ini")
    assert settings.text("window/tab") == TABS[3].name
    assert settings.number("window/zoom", 1.0) > 1.0
    assert settings.text("window/zone") == "utc"
    assert settings.text("files/last") == str(demo)


def test_the_second_start_comes_back_to_where_one_was(display: Display, demo: Path):
    tab = TABS[2].name
    with a_window(demo) as first:
        display.find_window("demo.db")
        display.press("ctrl+3")
        first.ask_until(lambda state: state["tab"] == tab)
        assert first.close() == 0
    with a_window() as second:
        state = second.ask_until(lambda state: state["database"] is not None)
        assert (state["database"], state["tab"]) == (str(demo), tab)
        assert second.close() == 0


def test_the_mouse_alone_leads_through_the_program(display: Display, demo: Path):
    with a_window(demo) as program:
        display.find_window("demo.db")
        program.ask_until(lambda state: state["database"] and not state["busy"])
        for tab in reversed(TABS):
            click(display, program, f"tab {tab.name}")
            program.ask_until(partial(is_in_front, tab.name))
        click(display, program, "lock")
        program.ask_until(lambda state: state["writable"])
        click(display, program, "lock")
        program.ask_until(lambda state: not state["writable"])
        click(display, program, "audit")
        program.ask_until(lambda state: state["tab"] == "Audit" and not state["busy"])
        assert program.ask("state")["messages"] == []
        assert program.close() == 0


def is_in_front(tab: str, state: dict[str, Any]) -> bool:
    return bool(state["tab"] == tab)


def click(display: Display, program: Remote, what: str) -> None:
    display.click(*program.ask("where", what)["place"])
