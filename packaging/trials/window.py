"""The window of a built application on an X server without a screen, looked at from outside.

Usable is defined by what a person sees and does, not by what the program says of itself: the first
moment at which

1. the picture of the screen is that of the finished first tab, with the facts of the opened file in
   it, wherever the tab stands still, and
2. the window has answered to a key that was pressed after that: Ctrl+2, and the picture changed.

The finished picture comes from earlier starts with the same file, without the very first one, which
finds nothing remembered. Each is left alone for `_SETTLED_S`; parts that still change then, or
differ from one start to the next (a live graph, the time of the last look), are not compared, nor
is what is close to them.
"""

from __future__ import annotations

import mmap
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trials.report import tell
from trials.traces import tell_network, tell_writes, watched

PROGRAMS: Final = ("strace", "Xvfb", "xdotool")
MOST_START_S: Final = 1.5
SIZE: Final = (1400, 900)
_STARTS: Final = 5
_WARM_UPS: Final = 3
_SETTLED_S: Final = 4.0
_WATCHED_S: Final = 1.5
_LONGEST_S: Final = 30.0
_STEP_S: Final = 0.005
# A picture is compared in strips of a row, so that a live part hides little beside it.
_PICTURE_BYTES: Final = 4 * SIZE[0] * SIZE[1]
_STRIPS: Final = 20
_STRIP_BYTES: Final = 4 * SIZE[0] // _STRIPS
# So far around a part that changes: the rest of a line of text, where other digits may change.
_NEAR_ROWS: Final = 16
_NEAR_STRIPS: Final = 4
_LEAST_STILL: Final = 0.9


Parts = list[tuple[int, bytes]]
"""Parts of a picture: where each begins, and its bytes."""


@dataclass(frozen=True, slots=True)
class Screen:
    """An X server and its picture; a look costs the program that starts beside it little."""

    display: str
    """For the variable DISPLAY."""
    memory: mmap.mmap
    """The file of the picture, 32 bits a pixel, behind a header."""

    def read(self, first: int, count: int) -> bytes:
        """Return so many bytes of the picture."""
        first += len(self.memory) - _PICTURE_BYTES
        return self.memory[first : first + count]

    def read_strips(self) -> list[bytes]:
        """Return the picture in strips."""
        picture = self.read(0, _PICTURE_BYTES)
        return [picture[n : n + _STRIP_BYTES] for n in range(0, len(picture), _STRIP_BYTES)]

    def shows(self, parts: Parts) -> bool:
        """Return whether each part of the picture is as given."""
        return all(self.read(first, len(part)) == part for first, part in parts)

    def shows_window(self) -> bool:
        """Return whether more than a mouse pointer is there: a few rows are not of one colour."""
        rows = (self.read(4 * SIZE[0] * y, 4 * SIZE[0]) for y in range(100, SIZE[1] - 100, 100))
        return sum(row != row[-4:] * SIZE[0] for row in rows) > 2


@contextmanager
def a_screen(folder: Path) -> Iterator[Screen]:
    """Start an X server that keeps its picture below `folder`."""
    reader, writer = os.pipe()
    size = "x".join(map(str, SIZE))
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{size}x24", "-noreset"]
    command += ["-fbdir", str(folder), "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL) as server:
        os.close(writer)
        try:
            with os.fdopen(reader) as pipe:
                display = f":{pipe.readline().strip()}"
            with (folder / "Xvfb_screen0").open("rb") as file:
                memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            with memory:
                yield Screen(display, memory)
        finally:
            server.terminate()


class Window:
    """One start of the program, from its first moment to its polite end."""

    def __init__(
        self, command: Sequence[str], environment: dict[str, str], screen: Screen, name: str
    ) -> None:
        self._environment, self.screen, self._name = environment, screen, name
        # The window before is gone from the screen a moment after its program ended.
        while screen.shows_window():
            time.sleep(_STEP_S)
        self.began_s = time.monotonic()
        self._process = subprocess.Popen(command, env=environment)
        self.visible_s = 0.0

    def wait_until_visible(self) -> None:
        """Wait for the window, note when it came, and give it the keyboard.

        There is no window manager to do that. `xdotool search --sync` looks twice a second: too
        seldom to measure by.
        """
        if not self.wait(self.screen.shows_window):
            tell(f"{self._name} opens", f"not within {_LONGEST_S:.0f} s", False)
            return
        self.visible_s = self.age_s
        find = ["xdotool", "search", "--onlyvisible", "--classname", "^cts-console$"]
        subprocess.run(
            [*find, "windowfocus", "--sync"], env=self._environment, check=True, timeout=_LONGEST_S
        )

    def wait(self, is_there: Callable[[], bool]) -> bool:
        """Look again and again until it is there; return False where it never is."""
        while not is_there():
            if self.age_s > _LONGEST_S or self._process.poll() is not None:
                return False
            time.sleep(_STEP_S)
        return True

    @property
    def age_s(self) -> float:
        """The seconds since the start."""
        return time.monotonic() - self.began_s

    def press(self, *keys: str) -> None:
        """Press keys."""
        words = ["xdotool", "key", "--clearmodifiers", *keys]
        subprocess.run(words, env=self._environment, check=True, timeout=_LONGEST_S)

    def close(self) -> None:
        """Ask it to end, and tell where it does not end well."""
        self._process.terminate()
        try:
            status = self._process.wait(_LONGEST_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        if status != 0:
            tell(f"{self._name} closes when asked", f"exit {status}", False)


@contextmanager
def a_window(
    command: Sequence[str], environment: dict[str, str], screen: Screen, name: str = "window"
) -> Iterator[Window]:
    """Start the program and close it."""
    window = Window(command, environment, screen, name)
    try:
        yield window
    finally:
        window.close()


def read_finished(command: Sequence[str], environment: dict[str, str], screen: Screen) -> Parts:
    """Return the parts of the finished first tab that stand still."""
    seen: list[list[bytes]] = []
    for number in range(_WARM_UPS):
        with a_window(command, environment, screen) as window:
            window.wait_until_visible()
            time.sleep(_SETTLED_S)
            if number == 0:
                continue
            until_s = window.age_s + _WATCHED_S
            while window.age_s < until_s:
                seen.append(screen.read_strips())
                time.sleep(0.1)
    finished = list(seen[0])
    for number, strips in enumerate(zip(*seen, strict=True)):
        if len(set(strips)) > 1:
            row, column = divmod(number, _STRIPS)
            for near in range(max(0, row - _NEAR_ROWS), min(SIZE[1], row + _NEAR_ROWS + 1)):
                first = max(0, column - _NEAR_STRIPS)
                last = min(_STRIPS, column + _NEAR_STRIPS + 1)
                finished[near * _STRIPS + first : near * _STRIPS + last] = [b""] * (last - first)
    return _joined(finished)


def _joined(strips: Sequence[bytes]) -> Parts:
    """Return the strips as few parts; an empty one is none."""
    parts: Parts = []
    for number, strip in enumerate(strips):
        first = number * _STRIP_BYTES
        if strip and parts and sum((parts[-1][0], len(parts[-1][1]))) == first:
            parts[-1] = parts[-1][0], parts[-1][1] + strip
        elif strip:
            parts.append((first, strip))
    return parts


def measure_start(
    command: Sequence[str], environment: dict[str, str], screen: Screen, finished: Parts
) -> tuple[float, float, float] | None:
    """Return the seconds until visible, until painted and until usable; None where it never was."""
    with a_window(command, environment, screen) as window:
        window.wait_until_visible()
        if not window.wait(lambda: screen.shows(finished)):
            return None
        painted_s = window.age_s
        window.press("ctrl+2")
        if not window.wait(lambda: not screen.shows(finished)):
            return None
        usable_s = window.age_s
        window.press("ctrl+1")  # the next start opens the tab that was in front
        window.wait(lambda: screen.shows(finished))
        return window.visible_s, painted_s, usable_s


def try_start(program: Path, folder: Path) -> None:
    """Measure from the start to a usable window, with a database to open."""
    home = folder / "windows"
    home.mkdir()
    database = folder / "windows.db"
    environment = {"HOME": str(home), "LANG": "C.UTF-8", "PATH": os.environ["PATH"]}
    demo = [str(program), "demo", str(database)]
    subprocess.run(demo, env=environment, check=True, capture_output=True)
    command = [str(program), str(database)]
    with tempfile.TemporaryDirectory(dir=folder) as pictures, a_screen(Path(pictures)) as screen:
        environment["DISPLAY"] = screen.display
        finished = read_finished(command, environment, screen)
        still = sum(len(part) for _first, part in finished) / _PICTURE_BYTES
        tell("picture of the first tab that stands still", f"{still:.1%}", still >= _LEAST_STILL)
        took = [measure_start(command, environment, screen, finished) for _ in range(_STARTS)]
    whole = [times for times in took if times is not None]
    if len(whole) < len(took):
        missed = len(took) - len(whole)
        tell("start to usable window", f"{missed} of {len(took)} starts never were", False)
    for number, name in enumerate(("visible", "painted", "usable")):
        seconds = [times[number] for times in whole]
        if seconds:
            told = f"median {statistics.median(seconds):.2f} s, {min(seconds):.2f} to "
            told += f"{max(seconds):.2f} s, of {len(seconds)} starts"
            is_fine = name != "usable" or statistics.median(seconds) <= MOST_START_S
            tell(f"start to {name} window", told, is_fine)


def try_traced_window(program: Path, folder: Path) -> None:
    """Watch what a session in the window writes: every tab, a refresh, the help."""
    home, temporary = folder / "traced window", folder / "traced window temporary"
    home.mkdir()
    temporary.mkdir()
    database, log = folder / "windows.db", folder / "window.txt"
    environment = {"HOME": str(home), "LANG": "C.UTF-8", "PATH": os.environ["PATH"]}
    environment["TMPDIR"] = str(temporary)
    with tempfile.TemporaryDirectory(dir=folder) as pictures, a_screen(Path(pictures)) as screen:
        environment["DISPLAY"] = screen.display
        command = [*watched(log), str(program), str(database)]
        with a_window(command, environment, screen, "traced window") as window:
            window.wait_until_visible()
            for key in (*(f"ctrl+{number}" for number in range(1, 8)), "F5", "F1"):
                before = screen.read_strips()
                window.press(key)
                window.wait(lambda before=before: screen.read_strips() != before)
                time.sleep(1.0)  # so long the tab may read what it shows
    lines = log.read_text("utf-8", "replace").splitlines()
    tell_network("network of the window", lines)
    tell_writes("writes of the window", lines, home, temporary, database)
    left = [path.name for path in temporary.iterdir()]
    tell("left behind by the window", str(left or "nothing"), not left)


def missing_programs() -> list[str]:
    """Return the programs that the trials with a window lack."""
    return [name for name in PROGRAMS if shutil.which(name) is None]
