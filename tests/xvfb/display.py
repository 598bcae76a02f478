"""Xvfb, and what a person does at it: look, press keys, click.

`-fbdir` keeps the screen in a file that is read as pictures are: by polling, never by sleeping.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

SIZE = (1400, 900)
LONGEST_WAIT_S = 60.0


class Display:
    """One X server."""

    def __init__(self, name: str, screen: Path) -> None:
        self.name = name
        self._screen = screen
        self._window = ""
        self._seen: set[str] = set()

    def find_window(self, title: str) -> None:
        """Wait for a window whose title matches `title`, and give it the keyboard."""
        found = self._xdotool("search", "--sync", "--onlyvisible", "--name", title)
        self._window = found.split()[0]
        self._xdotool("windowfocus", "--sync", self._window)

    @property
    def title(self) -> str:
        """The title of the window."""
        return self._xdotool("getwindowname", self._window).strip()

    def press(self, *keys: str) -> None:
        """Press keys one after the other: "ctrl+2"."""
        self._xdotool("key", "--clearmodifiers", *keys)

    def type(self, words: str) -> None:
        """Type words."""
        self._xdotool("type", words)

    def click(self, x: int, y: int) -> None:
        """Click at a place of the screen."""
        self._xdotool("mousemove", "--sync", str(x), str(y), "click", "1")

    def picture(self) -> str:
        """Return what tells one picture of the screen from another."""
        return hashlib.sha256(self._screen.read_bytes()).hexdigest()

    def wait_for_a_new_picture(self) -> None:
        """Wait until the screen shows what it has not shown at an earlier call."""
        wait_until(lambda: self.picture() not in self._seen, "the screen shows nothing new")
        self._seen.add(self.picture())

    def _xdotool(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words],
            env={**os.environ, "DISPLAY": self.name},
            capture_output=True,
            text=True,
            timeout=LONGEST_WAIT_S,
            check=True,
        )
        return done.stdout


@contextmanager
def a_display(folder: Path) -> Iterator[Display]:
    """Start Xvfb on a free display, its screen in a file below `folder`, and stop it."""
    reading, writing = os.pipe()
    size = "x".join(map(str, SIZE))
    server = subprocess.Popen(
        [
            *("Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24"),
            *("-fbdir", str(folder), "-nolisten", "tcp", "-noreset"),
        ],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        assert number, "Xvfb did not start"
        yield Display(f":{number}", folder / "Xvfb_screen0")
    finally:
        server.terminate()
        server.wait(LONGEST_WAIT_S)


def wait_until(is_there: Callable[[], object], otherwise: str) -> None:
    """Look again and again until it is there."""
    deadline_s = time.monotonic() + LONGEST_WAIT_S
    looked = threading.Event()
    while not is_there():
        assert time.monotonic() < deadline_s, otherwise
        looked.wait(0.01)
