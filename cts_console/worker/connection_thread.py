"""`ConnectionThread`: opens, uses and closes one connection, and runs jobs in order.

The thread has no event loop: it waits on a queue, which it does without holding the interpreter's
lock. Everything that it emits goes to slots of objects of the user-interface thread and is
therefore delivered there.
"""

from __future__ import annotations

import queue
import traceback
from typing import Final

from PySide6.QtCore import QObject, QThread, Signal

from cts_console.errors import CtsError
from cts_console.progress import cancelled_error
from cts_console.sqlite import Connection, open_database
from cts_console.worker.job import Outcome, Target, Ticket

# What a statement of a stopped job may end with in the place of "cancelled".
_CAUSED_BY_A_STOP: Final = ("locked", "timeout")


class ConnectionThread(QThread):
    """A thread that owns one connection."""

    job_started = Signal(object)
    """Carries the `Ticket` of a job that begins."""
    job_ended = Signal(object)
    """Carries the `Outcome` of every job, stopped and failed ones included."""

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._queue: queue.SimpleQueue[Ticket | None] = queue.SimpleQueue()
        self._connection: Connection | None = None
        self._opened_for: Target | None = None
        self._file_number: tuple[int, int] | None = None

    def submit(self, ticket: Ticket) -> None:
        """Queue a job; callable from any thread."""
        self._queue.put(ticket)

    def finish(self) -> None:
        """End the thread after what is queued; the connection is closed in the thread."""
        self._queue.put(None)

    def run(self) -> None:
        """Serve jobs until `finish`."""
        try:
            while (ticket := self._queue.get()) is not None:
                self.job_started.emit(ticket)
                # Not kept in a name: it would hold the job's result until the next job.
                self.job_ended.emit(self._serve(ticket))
        finally:
            self._close()

    def _serve(self, ticket: Ticket) -> Outcome:
        try:
            ticket.errand.cancel.raise_if_cancelled()
            return Outcome(ticket, value=self._work(ticket))
        except CtsError as error:
            if ticket.errand.cancel.cancelled and error.code in _CAUSED_BY_A_STOP:
                error = cancelled_error()
            return Outcome(ticket, error=_without_frames(error))
        except Exception as error:  # noqa: BLE001 - a bug must not end the thread; it is told and logged
            told = CtsError(
                "internal",
                "A mistake in CTS Console",
                f"{ticket.job.title} failed by a mistake in CTS Console itself "
                f"({type(error).__name__}: {error}).",
                "Nothing was left half done. The log has the details.",
            )
            return Outcome(ticket, error=told, trace=traceback.format_exc())

    def _work(self, ticket: Ticket) -> object:
        job = ticket.job
        if job.target is None:
            if job.releases_file:
                self._close()
            return job.work(None, ticket.errand)
        connection = self._connect(job.target, ticket)
        try:
            with connection.guard(
                cancel=ticket.errand.cancel,
                timeout_s=job.timeout_s,
                on_wait=ticket.errand.on_wait,
            ):
                return job.work(connection, ticket.errand)
        finally:
            # A job that ended in the middle must not keep a snapshot or a lock for the next one.
            connection.abandon()
            if connection.immutable:
                # It would never see what an engine writes that is started later.
                self._close()

    def _connect(self, target: Target, ticket: Ticket) -> Connection:
        """Return the connection for `target`, reopened where the file is another one by now."""
        number = _file_number(target)
        if self._connection is not None and (self._opened_for, self._file_number) == (
            target,
            number,
        ):
            return self._connection
        self._close()
        connection = open_database(target.path, target.access, cancel=ticket.errand.cancel)
        self._connection, self._opened_for = connection, target
        # The number from before: a file that was put there meanwhile is noticed by the next job.
        self._file_number = number
        return connection

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        self._opened_for = self._file_number = None
        if connection is not None:
            connection.close()


def _file_number(target: Target) -> tuple[int, int] | None:
    try:
        status = target.path.stat()
    except (OSError, ValueError):  # a name that cannot exist is refused with words by the opening
        return None
    return status.st_dev, status.st_ino


def _without_frames(error: CtsError) -> CtsError:
    """Return `error` without the frames of the job: they would carry its cursors to another thread.

    What it was made from stays, as its cause.
    """
    link: BaseException | None = error
    while link is not None:
        link.__traceback__ = None
        link = link.__cause__ or link.__context__
    return error
