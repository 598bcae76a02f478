"""How every command runs: one Stop, one progress line, one document, one exit status.

A command is a function that returns a document. This module prints it, as JSON or through the
command's own `show`, and turns failures into the exit status and the one line that `interfaces.md`
promises. Progress goes to standard error and only to a terminal.
"""

from __future__ import annotations

import _thread
import errno
import json
import logging
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import TYPE_CHECKING, Any

from cts_console import __version__, paths
from cts_console.cli.tables import visible
from cts_console.errors import CtsError
from cts_console.progress import CancelToken, Progress

if TYPE_CHECKING:
    from rich.console import Console

FINE = 0
NOT_AS_IT_SHOULD_BE = 1
COULD_NOT_RUN = 2
STOPPED = 130

Document = dict[str, Any]
Show = Callable[["Console", Document], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command leaves."""

    document: Document
    """The document of `interfaces.md`."""
    status: int = FINE
    """The exit status."""
    error: CtsError | None = None
    """Why it could not do all, where the document tells the rest."""


@dataclass(slots=True)
class Stage:
    """What a command works with."""

    as_json: bool
    """Whether the document is printed as JSON."""
    cancel: CancelToken = field(default_factory=CancelToken)
    """Ctrl-C and SIGTERM."""
    _line_shown: bool = False

    def on_progress(self, progress: Progress) -> None:
        """Show progress as one line on standard error, where that is a terminal."""
        if not sys.stderr.isatty():
            return
        parts = [progress.note] if progress.note else []
        if progress.unit == "bytes":
            parts.append(progress.bytes_text)
        elif progress.total:
            parts.append(f"{progress.done:,} of {progress.total:,} {progress.unit}")
        elif progress.done:
            parts.append(f"{progress.done:,} {progress.unit}")
        if progress.bytes_done and progress.unit != "bytes":
            parts.append(progress.bytes_text)
        if progress.bytes_total and progress.fraction is not None:
            parts.append(f"{progress.fraction:.0%}")
        if progress.rows_per_s:
            parts.append(f"{progress.rows_per_s:,.0f} rows/s")
        sys.stderr.write("\r\x1b[2K" + visible("  ".join(parts))[:100])
        sys.stderr.flush()
        self._line_shown = True

    def on_wait(self, waited_s: float) -> None:
        """Show that another process holds the lock."""
        self.on_progress(
            Progress(0, None, "", f"another process holds the lock, waiting ({waited_s:.0f} s)")
        )

    def clear_line(self) -> None:
        """Take the progress line away."""
        if self._line_shown:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()
            self._line_shown = False


def run_command(as_json: bool, work: Callable[[Stage], Outcome], show: Show) -> int:
    """Run `work`, print what it leaves, and return the exit status."""
    stage = Stage(as_json)
    try:
        with _stop_on_signals(stage.cancel):
            outcome = work(stage)
    except CtsError as error:
        stage.clear_line()
        return refuse(error, as_json)
    stage.clear_line()
    with standard_output():
        if as_json:
            print_json(outcome.document)
        else:
            show(make_console(), outcome.document)
    if outcome.error is not None:
        print_error(outcome.error)
    return outcome.status


def run_stream(as_json: bool, work: Callable[[Stage], int]) -> int:
    """Run `work`, which prints as it goes, and return its exit status.

    With `as_json` an error is one more line of JSON, so that a reader of lines can go on reading
    lines. A stop is the ordinary end of what would go on for ever: it is told by its status alone.
    """
    stage = Stage(as_json)
    try:
        with _stop_on_signals(stage.cancel):
            return work(stage)
    except CtsError as error:
        stage.clear_line()
        if error.code == "cancelled":
            return STOPPED
        if as_json:
            print_json_line({"error": error.as_document()})
        print_error(error)
        return COULD_NOT_RUN


def print_json_line(document: Document) -> bool:
    """Print a document as one line, at once; return whether somebody still reads."""
    is_read = True
    with standard_output():
        try:
            sys.stdout.write(json.dumps(document, allow_nan=False) + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            is_read = False
            raise
    return is_read


def refuse(error: CtsError, as_json: bool) -> int:
    """Tell why a command could not run, and return the exit status."""
    if as_json:
        with standard_output():
            print_json({"error": error.as_document()})
    print_error(error)
    return STOPPED if error.code == "cancelled" else COULD_NOT_RUN


def print_json(document: Document) -> None:
    """Print exactly one JSON document on standard output, in ASCII, which every encoding has."""
    sys.stdout.write(json.dumps(document, indent=2, allow_nan=False) + "\n")


def print_error(error: CtsError) -> None:
    """Print the one line on standard error: what happened and what to do."""
    sys.stderr.write(f"error: {visible(f'{error.message} {error.hint}'.strip())}\n")


@contextmanager
def standard_output() -> Iterator[None]:
    """Print inside; a reader who has gone (`| head`) changes nothing about what was done.

    Raises `CtsError("disk_full")` where the output goes into a file that cannot take it.
    """
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        discard_output()
    except OSError as error:
        discard_output()
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        raise CtsError(
            "disk_full",
            "The output could not be written",
            f"The output could not be written: {error.strerror}. What the command did stands.",
            "Free some space, or send the output elsewhere.",
        ) from error


def discard_output() -> None:
    """Let standard output lead nowhere: Python flushes what it holds once more at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def report_bug(error: Exception, as_json: bool) -> int:
    """Log the trace, tell the person one honest sentence, and return the exit status."""
    from logging.handlers import RotatingFileHandler

    log_path = paths.user_state_dir() / "cts-console.log"
    try:
        paths.ensure_private_dir(log_path.parent)
        handler = RotatingFileHandler(log_path, maxBytes=1_000_000, backupCount=3)
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        trace = "".join(traceback.format_exception(error))
        handler.emit(
            logging.makeLogRecord({"msg": f"CTS Console {__version__}\n{trace}", "levelname": "E"})
        )
        handler.close()
        where = f"The trace is in {log_path}."
    except OSError as log_error:
        where = f"The trace could not be kept ({log_error.strerror})."
    told = CtsError(
        "internal",
        "A mistake in CTS Console",
        f"This is a mistake in CTS Console itself ({type(error).__name__}: {error}).",
        where,
    )
    return refuse(told, as_json)


@contextmanager
def _stop_on_signals(cancel: CancelToken) -> Iterator[None]:
    """Make Ctrl-C and SIGTERM a stop; a second Ctrl-C interrupts wherever the program is."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        if cancel.cancelled:
            raise KeyboardInterrupt
        # From a thread of its own: this handler runs in the middle of the main thread, which may
        # hold a lock that the stop needs (that of the event it waits for): it would wait for ever.
        _thread.start_new_thread(cancel.cancel, ())

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def make_console() -> Console:
    """Return where people read: the terminal, or a pipe that is wide enough for every table."""
    from rich.console import Console

    class Paper(Console):
        def on_broken_pipe(self) -> None:
            raise  # noqa: PLE0704 - Rich calls this while it handles the error, and would exit

    return Paper(highlight=False, width=None if sys.stdout.isatty() else 200)
