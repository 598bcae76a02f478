"""Pictures of every tab in both themes, made without a person and without a display."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEventLoop, QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from cts_console.errors import CtsError
from cts_console.ui.context import make_context
from cts_console.ui.garbage import GarbageCollector
from cts_console.ui.main_window import MainWindow
from cts_console.ui.settings import WindowSettings
from cts_console.ui.theme import Mode

SIZE: Final = (1320, 840)
THEMES: Final[tuple[Mode, ...]] = ("dark", "light")
_LOOK_INTERVAL_MS: Final = 20
_LONGEST_S: Final = 300.0
# Long enough for a live graph to have a few points.
_STAY_S: Final = 1.5
_QUIET_S: Final = 0.3
COULD_NOT_RUN: Final = 2


def run_screenshots(application: QApplication, database: str, folder: Path) -> int:
    """Open `database`, audit it, save every tab under `folder`, and return the exit status."""
    qInstallMessageHandler(_pass_message_on)
    with tempfile.TemporaryDirectory() as memory:
        settings = WindowSettings(Path(memory) / "window.ini")
        settings.remember("window/zone", "utc")
        context = make_context(application, settings)
        window = MainWindow(context)
        garbage = GarbageCollector(window)
        window.resize(*SIZE)
        window.show()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            saved = _Photographer(window, folder).run(database)
        except CtsError as error:
            sys.stderr.write(f"error: {error.message} {error.hint}\n")
            return COULD_NOT_RUN
        except OSError as error:
            sys.stderr.write(f"error: {folder}: {error.strerror}.\n")
            return COULD_NOT_RUN
        finally:
            for client in context.clients:
                client.shutdown()
            window.close()
            garbage.stop()
    sys.stdout.write("".join(f"{path}\n" for path in saved))
    return 0


def _pass_message_on(_kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    # The offscreen platform has no window manager to tell sizes to, and says so at every window.
    if "propagateSizeHints" not in message:
        sys.stderr.write(f"{message}\n")


class _Photographer:
    """Walks through the window as a person would, and waits until there is something to see."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self._window = window
        self._folder = folder
        self._errors: list[CtsError] = []
        window.session.failed.connect(self._errors.append)

    def run(self, database: str) -> list[Path]:
        """Return the files that were saved."""
        window = self._window
        saved = self._shoot("first-run")
        window.open_path(database)
        self._wait(lambda: window.session.database is not None or bool(self._errors))
        if self._errors:
            raise self._errors[0]
        self._audit()
        for tab in window.tabs.tabs:
            window.tabs.go_to(tab.name)
            self._settle(_STAY_S)
            saved += self._shoot(tab.name.lower())
        return saved

    def _audit(self) -> None:
        if not self._window.tabs.go_to("Audit"):
            return
        self._settle(_QUIET_S)
        self._window.run_audit()
        self._settle(_QUIET_S)

    def _shoot(self, name: str) -> list[Path]:
        saved = []
        for mode in THEMES:
            self._window.context.theme.set_mode(mode)
            self._settle(_QUIET_S)
            path = self._folder / f"{name}-{mode}.png"
            if not self._window.grab().save(str(path)):
                raise CtsError(
                    "no_permission",
                    "The picture could not be saved",
                    f"{path} could not be written.",
                    "Choose another folder.",
                )
            saved.append(path)
        return saved

    def _settle(self, at_least_s: float) -> None:
        """Wait until nothing has been asked of the threads for a while."""
        context = self._window.context
        began_s = quiet_since_s = time.monotonic()

        def is_settled() -> bool:
            nonlocal quiet_since_s
            now_s = time.monotonic()
            if context.operations.is_busy or context.browse.is_busy:
                quiet_since_s = now_s
            return now_s - quiet_since_s >= _QUIET_S and now_s - began_s >= at_least_s

        self._wait(is_settled)

    def _wait(self, is_there: Callable[[], bool]) -> None:
        loop = QEventLoop()
        timer = QTimer()
        began_s = time.monotonic()

        def look() -> None:
            if is_there() or time.monotonic() - began_s > _LONGEST_S:
                loop.quit()

        timer.timeout.connect(look)
        timer.start(_LOOK_INTERVAL_MS)
        loop.exec()
        timer.stop()
        if not is_there():
            raise CtsError(
                "timeout", "Not finished in time", "The window did not come to rest.", "Try again."
            )
