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
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
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
from cts_console.ui.start.arrival import COULD_NOT_RUN, Arrival
from cts_console.ui.start.door import Door
from cts_console.ui.start.messages import crash_message, last_file_message, safe_mode_message
from cts_console.ui.start.place import Place
from cts_console.ui.start.reception import Reception
from cts_console.ui.start.run_record import RunRecord, log_start, start_log
from cts_console.worker import Errand, Job

# How long a worker that computes may keep the interpreter while the window waits for it: a window
# takes it some times for an event, and Python's own 5 ms add up. Measured in two pairs of runs
# while Python imported a million rows: 95 of 100 ticks came 11 and 12 ms late at most, instead of
# 22 and 31.
_SWITCH_INTERVAL_S: Final = 0.001
_log = logging.getLogger(__name__)


def run_app(arrival: Arrival) -> int:
    """Open the window that `arrival` wants and return the exit status once it is closed."""
    options, place = arrival.options, arrival.place
    if options.screenshots is not None:
        from cts_console.ui.screenshots import run_screenshots

        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        return run_screenshots(make_application(), options.database, options.screenshots)
    if place is None:
        with tempfile.TemporaryDirectory(prefix="cts-console-") as nothing:
            return _run_recorded(options, Place(Path(nothing), None))
    try:
        return _run_recorded(options, place)
    finally:
        place.close()


def _run_recorded(options: argparse.Namespace, place: Place) -> int:
    """Run the window that keeps what it remembers in the folder of `place`; record how it ends."""
    log = start_log(options.log_level, safe_mode=options.safe_mode)
    if place.descriptor is None:
        log_start()
        return _run_window(options, place, log, "")
    record = RunRecord(place.folder)
    report = record.read_report()
    with record.running(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"):
        return _run_window(options, place, log, report)


def _run_window(options: argparse.Namespace, place: Place, log: str, report: str) -> int:
    application = make_application()
    settings = WindowSettings(place.folder / "window.ini")
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
    with _bugs_reported(window, log), _signals_close(window):
        context.operations.submit(Job("Tidying up", _sweep, quiet=True), window)
        window.show()
        _begin(window, report, options)
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


def _begin(window: MainWindow, report: str, options: argparse.Namespace) -> None:
    """Open the file that was asked for, or the last one, and say what there is to say."""
    last = window.context.settings.text("files/last")
    if options.database:
        window.open_path(options.database, writable=options.write)
    elif last and report:
        # It may be what ended the last run: by itself it must not end this one as well.
        window.messages.show_message(last_file_message(last, partial(window.open_path, last)))
    elif last:
        window.open_path(last)
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

    def __init__(self, log: str, parent: QObject | None = None) -> None:
        """Name `log`, where the log is for a person, in what is reported."""
        super().__init__(parent)
        self._log = log

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
                f"The log has the details: {self._log}.",
            )
        )

    def on_thread_exception(self, what: threading.ExceptHookArgs) -> None:
        """Take what `threading.excepthook` is given."""
        error = what.exc_value if what.exc_value is not None else what.exc_type()
        self.on_exception(what.exc_type, error, what.exc_traceback)


@contextmanager
def _bugs_reported(window: MainWindow, log: str) -> Iterator[None]:
    reporter = _BugReporter(log, window)
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
