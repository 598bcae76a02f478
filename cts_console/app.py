"""The composition root of the window: makes what there is one of, and hands it around."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType, TracebackType
from typing import Final, cast

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from cts_console import __version__, paths
from cts_console.errors import CtsError
from cts_console.maintenance import sweep_copies
from cts_console.sqlite import Connection
from cts_console.ui.context import WindowContext, make_context
from cts_console.ui.garbage import GarbageCollector
from cts_console.ui.main_window import MainWindow
from cts_console.ui.settings import WindowSettings
from cts_console.ui.start.messages import crash_message, safe_mode_message
from cts_console.ui.start.one_window import Door, Place, Visit, take_place
from cts_console.ui.start.reception import Reception
from cts_console.ui.start.run_record import MaskingFormatter, PrivateLog, RunRecord
from cts_console.worker import Errand, Job

COULD_NOT_RUN: Final = 2
_LOG_LEVELS: Final = ("debug", "info", "warning", "error")
# How long a worker that computes may keep the interpreter while the window waits for it: a window
# takes it some times for an event, and Python's own 5 ms add up. Measured in two pairs of runs
# while Python imported a million rows: 95 of 100 ticks came 11 and 12 ms late at most, instead of
# 22 and 31.
_SWITCH_INTERVAL_S: Final = 0.001
_log = logging.getLogger(__name__)


def run_app(arguments: Sequence[str]) -> int:
    """Open the window as `arguments` say and return the exit status once it is closed."""
    options = _parse(arguments)
    if options.portable:
        paths.use_portable_home()
    if options.screenshots is not None:
        from cts_console.ui.screenshots import run_screenshots

        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        return run_screenshots(make_application(), options.database, options.screenshots)
    if not _has_display():
        sys.stderr.write(
            "error: There is no display for the window. `cts-console --help` lists what works "
            "without one.\n"
        )
        return COULD_NOT_RUN
    if options.safe_mode:
        with tempfile.TemporaryDirectory(prefix="cts-console-") as nothing:
            return _run_recorded(options, Place(Path(nothing), None), Path(nothing))
    try:
        path = "" if options.database is None else os.path.realpath(options.database)
        place = take_place(paths.user_state_dir(), Visit(path, options.write))
    except CtsError as error:
        sys.stderr.write(f"error: {error.message} {error.hint}\n")
        return COULD_NOT_RUN
    if place is None:
        return 0  # the window that is open already has taken it
    try:
        return _run_recorded(options, place, place.folder)
    finally:
        place.close()


def _run_recorded(options: argparse.Namespace, place: Place, folder: Path) -> int:
    """Run the window that keeps what it remembers in `folder`, and record how it ends."""
    _start_log(options.log_level, is_kept=not options.safe_mode)
    if place.descriptor is None:
        return _run_window(options, place, folder, "")
    record = RunRecord(folder)
    report = record.read_report()
    with record.running(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"):
        return _run_window(options, place, folder, report)


def _run_window(options: argparse.Namespace, place: Place, folder: Path, report: str) -> int:
    application = make_application()
    settings = WindowSettings(folder / "window.ini")
    context = make_context(application, settings)
    try:
        window = _make_window(context)
    except CtsError as error:
        _log.error("The window cannot open: %s", error.message)
        sys.stderr.write(f"error: {error.message} {error.hint}\n")
        return COULD_NOT_RUN
    # Until the program ends: the threads that must not collect end after the window.
    GarbageCollector(window)
    door = Door(place, window)
    reception = Reception(window)
    door.visited.connect(reception.take)
    with _bugs_reported(window), _signals_close(window):
        context.operations.submit(Job("Tidying up", _sweep, quiet=True), window)
        window.show()
        _tell_beginning(window, report, options)
        path = options.database or settings.text("files/last")
        if path:
            window.open_path(path, writable=options.write)
        status = application.exec()
        door.close()
    return status if _end(context) else _give_up()


def _make_window(context: WindowContext) -> MainWindow:
    try:
        with context.theme.held():
            return MainWindow(context)
    except BaseException:
        # Qt aborts a process whose threads still run, and the reason would be lost.
        _end(context)
        raise


def _tell_beginning(window: MainWindow, report: str, options: argparse.Namespace) -> None:
    if report:
        window.messages.show_message(crash_message(report))
    if options.safe_mode:
        window.messages.show_message(safe_mode_message())


def make_application() -> QApplication:
    """Return the one `QApplication`, named."""
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    application = cast("QApplication | None", QApplication.instance()) or QApplication(sys.argv[:1])
    application.setApplicationName("CTS Console")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("cts-console")
    application.setWindowIcon(QIcon(str(paths.resources_dir() / "icons" / "cts-console.svg")))
    return application


class _BugReporter(QObject):
    """Brings what no code expected from any thread to the log and to the person."""

    reported = Signal(object)
    """Carries a `CtsError`; delivered in the thread of the user interface."""

    def on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Take what `sys.excepthook` is given."""
        _log.error("%s", "".join(traceback.format_exception(kind, error, trace)))
        if isinstance(error, CtsError):
            self.reported.emit(error)
            return
        self.reported.emit(
            CtsError(
                "internal",
                "A mistake in CTS Console",
                f"Something failed by a mistake in CTS Console itself ({kind.__name__}: {error}).",
                f"The log has the details: {log_file()}.",
            )
        )

    def on_thread_exception(self, what: threading.ExceptHookArgs) -> None:
        """Take what `threading.excepthook` is given."""
        error = what.exc_value if what.exc_value is not None else what.exc_type()
        self.on_exception(what.exc_type, error, what.exc_traceback)


def log_file() -> Path:
    """Return where the window writes its log."""
    return paths.user_state_dir() / "window.log"


@contextmanager
def _bugs_reported(window: MainWindow) -> Iterator[None]:
    reporter = _BugReporter(window)
    reporter.reported.connect(window.messages.show_error)
    before = sys.excepthook, threading.excepthook
    sys.excepthook, threading.excepthook = reporter.on_exception, reporter.on_thread_exception
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook = before


@contextmanager
def _signals_close(window: MainWindow) -> Iterator[None]:
    """Let Ctrl-C in the terminal and a polite kill close the window as a person would."""

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        # Not from here: closing takes locks that the interrupted code may hold.
        QTimer.singleShot(0, window.close)

    wanted = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, on_signal) for number in wanted]
    try:
        yield
    finally:
        for number, handler in zip(wanted, before, strict=True):
            signal.signal(number, handler)


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("cts-console", description="Open the window.")
    parser.add_argument("database", nargs="?", help="The database file.")
    access = parser.add_mutually_exclusive_group()
    access.add_argument("--read-only", action="store_true", help="Open it locked (the default).")
    access.add_argument("--write", action="store_true", help="Open it unlocked for writing.")
    parser.add_argument(
        "--safe-mode", action="store_true", help="Use nothing that is remembered, and keep nothing."
    )
    parser.add_argument(
        "--portable", action="store_true", help="Keep the console's own files beside the program."
    )
    parser.add_argument(
        "--log-level", choices=_LOG_LEVELS, default="info", help="What goes into the log."
    )
    parser.add_argument(
        "--screenshots", type=Path, metavar="DIR", help="Save a picture of every tab, and exit."
    )
    options = parser.parse_args(list(arguments))
    if options.screenshots is not None and options.database is None:
        parser.error("--screenshots needs a database")
    if options.write and options.database is None:
        parser.error("--write needs a database")
    return options


def _has_display() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return any(os.environ.get(name) for name in names)


def _start_log(level: str, *, is_kept: bool) -> None:
    handler: logging.Handler = logging.StreamHandler()
    handler.setFormatter(MaskingFormatter())
    # In safe mode another window may run, which alone may let its log rotate.
    if is_kept:
        try:
            paths.ensure_private_dir(paths.user_state_dir())
            handler = PrivateLog(log_file())
        except CtsError as error:
            sys.stderr.write(f"error: {error.message} {error.hint}\n")
    logging.basicConfig(level=level.upper(), handlers=[handler])


def _sweep(_connection: Connection | None, _errand: Errand) -> None:
    sweep_copies()


def _end(context: WindowContext) -> bool:
    for client in context.clients:
        client.begin_shutdown()
    return all(client.shutdown() for client in context.clients)


def _give_up() -> int:
    # A thread that cannot be stopped may be anywhere but in the middle of a commit that counts:
    # SQLite undoes what is not committed. Leaving now beats a window that never ends.
    _log.error("A thread did not end in time; the process leaves it behind.")
    logging.shutdown()
    os._exit(1)
