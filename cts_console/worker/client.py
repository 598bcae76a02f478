"""`Client`: the user interface's side of a connection thread.

All of it runs in the user-interface thread. An answer is handed to the callback of whoever asked,
unless the asker is gone or the question was withdrawn meanwhile.
"""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cts_console.errors import CtsError
from cts_console.progress import CancelToken, Progress
from cts_console.worker.connection_thread import ConnectionThread
from cts_console.worker.job import Errand, Job, Outcome, Ticket

PROGRESS_INTERVAL_MS: Final = 50
SHUTDOWN_STEP_MS: Final = 50
_log = logging.getLogger(__name__)

Done = Callable[[Any], None]
Failed = Callable[[CtsError], None]


@dataclass(slots=True)
class _Asker:
    ticket: Ticket
    owner: QObject
    done: Done | None
    failed: Failed | None
    key: str
    is_withdrawn: bool = False

    def withdraw(self) -> None:
        """Stop the job; nobody waits for its answer any more."""
        self.is_withdrawn = True
        self.ticket.errand.cancel.cancel()


class Client(QObject):
    """Sends jobs to one `ConnectionThread` and brings the answers back."""

    job_started = Signal(object)
    """Carries the `Ticket` of a job that is worth showing (not quiet)."""
    progress_changed = Signal(object, object)
    """Carries the running `Ticket` and its `Progress`, at most twenty times a second."""
    job_ended = Signal(object)
    """Carries the `Outcome` of a job that was worth showing."""
    failed = Signal(object)
    """Carries the `CtsError` of a job whose asker did not want to hear of failures itself."""

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers = itertools.count(1)
        self._askers: dict[int, _Asker] = {}
        self._running: Ticket | None = None
        self._running_since_s = 0.0
        self._shown: Progress | None = None
        self._is_closing = False
        self._thread = ConnectionThread(name, self)
        self._thread.job_started.connect(self._on_started)
        self._thread.job_ended.connect(self._on_ended)
        self._timer = QTimer(self)
        self._timer.setInterval(PROGRESS_INTERVAL_MS)
        self._timer.timeout.connect(self._on_sample)
        self._thread.start()

    @property
    def is_busy(self) -> bool:
        """Whether a job runs or waits."""
        return bool(self._askers)

    @property
    def running(self) -> Ticket | None:
        """The job that runs now."""
        return self._running

    @property
    def running_for_s(self) -> float:
        """Seconds since the running job began; 0 while none runs."""
        return 0.0 if self._running is None else time.monotonic() - self._running_since_s

    def submit(
        self,
        job: Job,
        owner: QObject,
        done: Done | None = None,
        failed: Failed | None = None,
        *,
        key: str = "",
    ) -> Ticket:
        """Queue `job` and call `done(value)` or `failed(error)` when it has ended.

        Nothing is called once `owner` is destroyed. With a `key`, an earlier job of the same
        owner and key is withdrawn: it is stopped and its answer is dropped. A stop reaches
        `failed` as `CtsError("cancelled")`; without `failed` it is not told, other errors come as
        the signal `failed`.
        """
        if key:
            self.withdraw(owner, key)
        ticket = Ticket(next(self._numbers), job, Errand(CancelToken()))
        if self._is_closing:
            return ticket
        self._askers[ticket.number] = _Asker(ticket, owner, done, failed, key)
        self._thread.submit(ticket)
        return ticket

    def withdraw(self, owner: QObject, key: str = "") -> None:
        """Stop the jobs of `owner` (with `key`, only those) and drop their answers."""
        for asker in list(self._askers.values()):
            if asker.owner is owner and key in ("", asker.key):
                asker.withdraw()

    def stop(self) -> None:
        """Stop the job now that a person sees running, or else the next in line."""
        # Jobs run in order and leave when their end is known here, so it is the first. The
        # thread may be ahead: asking it what runs could stop the job after the one that was meant.
        first = next(iter(self._askers.values()), None)
        if first is not None:
            first.ticket.errand.cancel.cancel()

    def begin_shutdown(self) -> None:
        """Take no more jobs, stop all that run or wait, and let the thread end; waits for nothing.

        The connection is closed in its thread. A second call repeats the stop.
        """
        for asker in self._askers.values():
            asker.withdraw()
        if not self._is_closing:
            self._is_closing = True
            self._thread.finish()

    @property
    def has_ended(self) -> bool:
        """Whether the thread has ended, its connection closed."""
        return self._thread.isFinished()

    def shutdown(self, timeout_ms: int = 10_000) -> bool:
        """Begin the shutdown and wait for its end; True when the thread has ended."""
        waited_ms = 0
        while waited_ms < timeout_ms:
            # The stop is repeated: one that came between two statements stops neither.
            self.begin_shutdown()
            if self._thread.wait(SHUTDOWN_STEP_MS):
                self._timer.stop()
                return True
            waited_ms += SHUTDOWN_STEP_MS
        return False

    @Slot(object)
    def _on_started(self, ticket: Ticket) -> None:
        self._running = ticket
        self._running_since_s = time.monotonic()
        self._shown = None
        if not ticket.job.quiet:
            self.job_started.emit(ticket)
            self._timer.start()

    @Slot()
    def _on_sample(self) -> None:
        ticket = self._running
        progress = ticket.errand.progress if ticket is not None else None
        if progress is not None and progress is not self._shown:
            self._shown = progress
            self.progress_changed.emit(ticket, progress)

    @Slot(object)
    def _on_ended(self, outcome: Outcome) -> None:
        self._timer.stop()
        self._running = None
        if outcome.trace:
            _log.error("%s", outcome.trace)
        asker = self._askers.pop(outcome.ticket.number, None)
        if not outcome.ticket.job.quiet:
            self.job_ended.emit(outcome)
        if asker is None or asker.is_withdrawn or not shiboken6.isValid(asker.owner):
            return
        self._answer(asker, outcome)

    def _answer(self, asker: _Asker, outcome: Outcome) -> None:
        if outcome.error is None:
            if asker.done is not None:
                asker.done(outcome.value)
        elif asker.failed is not None:
            asker.failed(outcome.error)
        elif outcome.error.code != "cancelled":
            self.failed.emit(outcome.error)
