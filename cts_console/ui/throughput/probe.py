"""Asks now and then for how long the write lock is not to be had, while a person wants to know.

It takes the lock: it is off at every start, and only on a file that this window may write.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from cts_console.errors import CtsError
from cts_console.monitor.lock_probe import LockProbe, probe_write_lock
from cts_console.sqlite import Connection
from cts_console.ui.context import OpenDatabase, WindowContext
from cts_console.worker import Errand, Job

PROBE_INTERVAL_MS: Final = 10_000


class LockProber(QObject):
    """Runs a probe every ten seconds in the thread that writes, unless that is busy."""

    changed = Signal()
    """It was turned on or off, or has found something."""

    def __init__(self, context: WindowContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._database: OpenDatabase | None = None
        self.found: LockProbe | None = None
        """What the last probe found; None before there is one."""
        self._timer = QTimer(self)
        self._timer.setInterval(PROBE_INTERVAL_MS)
        self._timer.timeout.connect(self.probe)

    @property
    def is_on(self) -> bool:
        """Whether it probes."""
        return self._timer.isActive()

    def set_database(self, database: OpenDatabase | None) -> None:
        """Probe another file; it is turned off where that one is locked."""
        before, self._database = self._database, database
        is_same = before is not None and database is not None and before.path == database.path
        if not is_same or database is None or not database.writable:
            self.set_on(on=False)

    def set_on(self, on: bool) -> None:
        """Begin to probe, or end it."""
        may = self._database is not None and self._database.writable
        if on and may:
            self._timer.start()
            self.probe()
        else:
            self._timer.stop()
            self._context.operations.withdraw(self)
        self.found = None
        self.changed.emit()

    def probe(self) -> None:
        """Probe now, unless this console works on the file."""
        if self._database is None or self._context.operations.is_busy:
            return
        target = self._database.target("read_write")
        job = Job(self.tr("Probing the write lock"), probe_work, target, quiet=True)
        self._context.operations.submit(job, self, self._on_found, self._on_failed)

    def _on_found(self, found: LockProbe) -> None:
        if self.is_on:
            self.found = found
            self.changed.emit()

    def _on_failed(self, error: CtsError) -> None:
        self.set_on(on=False)
        if error.code != "cancelled":
            self._context.navigator.error_raised.emit(error)


def probe_work(connection: Connection | None, _errand: Errand) -> LockProbe:
    """Probe the write lock of the connection's file."""
    if connection is None:
        raise ValueError("a probe needs a target")
    return probe_write_lock(connection)
