"""The real program as a second process that a test can tell what to do, line by line.

`a_window(arguments)` starts `cts-console` offscreen; only its stdin is wired to the window: each
line is one command, each answer one line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from cts_console import app
from cts_console.__main__ import run_window
from cts_console.ui.main_window import MainWindow
from cts_console.ui.tabs.throughput import ThroughputTab
from tests.processes import a_process

_LONGEST_WAIT_S = 60.0
_START = "import sys; from tests.ui.window_process import main; sys.exit(main(sys.argv[1:]))"


class Remote:
    """The test's side: sends a command and returns the state that the window tells after it."""

    def __init__(self, process: Any) -> None:
        self.process = process

    def ask(self, command: str, argument: object = "") -> dict[str, Any]:
        """Send one command and return the window's state."""
        self.process.stdin.write(json.dumps([command, str(argument)]) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"the window ended: {self.process.stderr.read()}")
        state: dict[str, Any] = json.loads(line)
        return state

    def ask_until(self, is_there: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Ask for the state until it is as wanted; the window answers whenever it is free."""
        deadline_s = time.monotonic() + _LONGEST_WAIT_S
        while True:
            state = self.ask("state")
            if is_there(state):
                return state
            assert time.monotonic() < deadline_s, f"it never came: {state}"

    def wait_for_message(self) -> dict[str, Any]:
        """Return the message that the window shows, once it shows one and is at rest."""
        state = self.ask_until(lambda state: state["messages"] and not state["busy"])
        message: dict[str, Any] = state["messages"][0]
        return message

    def close(self) -> int:
        """Close the window and return the exit status of the program."""
        self.process.stdin.write(json.dumps(["close", ""]) + "\n")
        self.process.stdin.flush()
        status: int = self.process.wait(60)
        return status


@contextmanager
def a_window(*arguments: object, before: str = "") -> Iterator[Remote]:
    """Start the program with these arguments; `before` is Python that runs in it first."""
    with a_process(f"{before}\n{_START}", *arguments) as process:
        yield Remote(process)


class _Lines(QObject):
    """Brings lines from standard input into the thread of the user interface."""

    came = Signal(str)

    def read(self) -> None:
        rest = b""
        # The file descriptor itself: a reader of Python's would be locked when the program ends.
        while block := os.read(0, 65536):
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                self.came.emit(line.decode())


class ToldWindow(MainWindow):
    """The window, and a few commands."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._place: list[int] = []
        self._lines = _Lines(self)
        self._lines.came.connect(self._on_line)
        threading.Thread(target=self._lines.read, daemon=True).start()

    def _on_line(self, line: str) -> None:
        command, argument = json.loads(line)
        commands: dict[str, Callable[[str], object]] = {
            "state": lambda _argument: None,
            "open": self.open_path,
            "tab": self.tabs.go_to,
            "refresh": lambda _argument: self.refresh(),
            "help": lambda _argument: self.show_help(),
            "create": self.files.create,
            "back up": self.files.back_up,
            "demo": lambda _argument: self.open_demo(),
            "audit": self._audit,
            "take message": lambda _argument: self.messages._action.click(),
            "forget messages": lambda _argument: self.messages.clear(),
            "limit": _limit_file_size,
            "where": self._look_for,
            "hurry": self._hurry,
            "close": lambda _argument: self.close(),
        }
        commands[command](argument)
        if command != "close":
            print(json.dumps(self._state()), flush=True)

    def _audit(self, profile: str) -> None:
        self.tabs.go_to("Audit")
        self.context.navigator.audit_wanted.emit(profile)

    @property
    def _throughput(self) -> ThroughputTab | None:
        return next((tab for tab in self.tabs.tabs if isinstance(tab, ThroughputTab)), None)

    def _hurry(self, times: str) -> None:
        """Let the live graphs be sampled and drawn so many times as often."""
        tab = self._throughput
        assert tab is not None
        for timer in (tab._timer, self.context.history._timer):
            timer.setInterval(max(1, timer.interval() // int(times)))
        # A chart is drawn when a pixel has changed; here it is drawn each time.
        for chart in tab.charts:
            tab._timer.timeout.connect(chart.forget)

    def _look_for(self, name: str) -> None:
        """Note where on the screen a part of the window is."""
        if name.startswith("tab "):
            bar = self.tabs.tabBar()
            names = [tab.name for tab in self.tabs.tabs]
            rect = bar.tabRect(names.index(name.removeprefix("tab ")))
            place = bar.mapToGlobal(rect.center())
        else:
            part = {"lock": self.tool_bar.lock, "audit": self.tool_bar.audit}[name]
            place = part.mapToGlobal(part.rect().center())
        self._place = [place.x(), place.y()]

    def _state(self) -> dict[str, Any]:
        database = self.session.database
        return {
            "database": None if database is None else str(database.path),
            "writable": database is not None and database.writable,
            "tab": self.tabs.current.name if self.tabs.current is not None else None,
            "place": self._place,
            "help": self.help.window.shown if self.help.window is not None else None,
            "redraws": sum(chart.redraws for chart in self._throughput.charts)
            if self._throughput is not None
            else 0,
            "busy": any(client.is_busy for client in self.context.clients[:2]),
            "messages": [
                {"state": m.state, "title": m.title, "text": m.text, "hint": m.hint}
                for m in self.messages.messages
            ],
        }


def _limit_file_size(limit_bytes: str) -> None:
    """Let the disk be full: no file of this process may grow beyond so many bytes."""
    import resource

    wanted = int(limit_bytes) if limit_bytes else resource.RLIM_INFINITY
    resource.setrlimit(resource.RLIMIT_FSIZE, (wanted, resource.RLIM_INFINITY))


def main(arguments: list[str]) -> int:
    """Run the program with a window that can be told what to do."""
    vars(app)["MainWindow"] = ToldWindow  # the same class, with ears
    return run_window(arguments)


def read_log(home: Path) -> str:
    """Return what the program logged; "" for nothing."""
    log = home / "state" / "window.log"
    return log.read_text() if log.exists() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
