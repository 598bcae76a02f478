"""Keeps the samples in the side database, and brings earlier ones back for the charts.

All of it runs as jobs of the browse thread. A side database that fails is told once and never
stops the sampling; what could not be kept is tried again for a quarter of an hour.
"""

from __future__ import annotations

import time
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from cts_console.errors import CtsError
from cts_console.monitor.keeping import SampleGatherer
from cts_console.sqlite import Connection
from cts_console.store import DatabaseIdentity, KeptSample, identify, open_store
from cts_console.ui.context import OpenDatabase, WindowContext
from cts_console.ui.throughput.past import Past, make_past, resolution_for
from cts_console.worker import Errand, Job

KEEP_INTERVAL_MS: Final = 10_000
"""Samples are written so often, in one transaction; the last of them are lost with the window."""


class SampleKeeper(QObject):
    """Between the history and the side database."""

    arrived = Signal()
    """Earlier samples have been put into the history."""

    def __init__(self, context: WindowContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._history = context.history
        self._gatherer = SampleGatherer()
        self._is_watching = False
        self._identity: DatabaseIdentity | None = None
        self._is_writing = False
        self._wanted: tuple[float, float] | None = None
        self.problem: CtsError | None = None
        """Why samples cannot be kept or read."""
        # What was seen of a file is kept though another one is opened meanwhile.
        self._writer = QObject(self)
        self._timer = QTimer(self)
        self._timer.setInterval(KEEP_INTERVAL_MS)
        self._timer.timeout.connect(self.keep)
        self._history.sampled.connect(self._on_sampled)

    def set_database(self, database: OpenDatabase | None) -> None:
        """Keep the samples of another file, or of none."""
        self.keep(all_of_it=True)
        self._context.browse.withdraw(self)
        self._gatherer = SampleGatherer()
        self._identity = self._wanted = self.problem = None
        self._is_writing = False
        self._is_watching = database is not None
        self._timer.stop()
        if database is None:
            return
        job = Job(self.tr("Whose samples these are"), identify_work, database.target(), quiet=True)
        self._context.browse.submit(job, self, self._on_identity, self._on_problem, key="identity")

    def keep(self, *, all_of_it: bool = False) -> None:
        """Write what has been gathered, unless that is under way."""
        if self._identity is None or self._is_writing:
            return
        samples = self._gatherer.take(all_of_it=all_of_it)
        if not samples:
            return
        self._is_writing = True
        work = partial(keep_work, identity=self._identity, samples=samples)
        job = Job(self.tr("Keeping samples"), work, quiet=True)
        failed = partial(self._on_not_kept, self._gatherer, samples)
        self._context.browse.submit(job, self._writer, self._on_kept, failed)

    def want(self, from_s: float, to_s: float) -> None:
        """Bring what was kept of a time that is not in memory, unless it is there."""
        if self._identity is None or self.problem is not None:
            return
        first_s = self._history.first_s
        to_s = min(to_s, time.time() if first_s is None else first_s)
        resolution_s = resolution_for(to_s - from_s)
        if from_s >= to_s or self._has(from_s, to_s, resolution_s):
            return
        # Some more, so that the next steps back find it there.
        margin_s = to_s - from_s
        self._wanted = (from_s - margin_s, to_s + min(margin_s, 60.0))
        work = partial(
            past_work,
            identity=self._identity,
            from_s=self._wanted[0],
            to_s=self._wanted[1],
            resolution_s=resolution_s,
        )
        job = Job(self.tr("Reading earlier samples"), work, quiet=True)
        self._context.browse.submit(job, self, self._on_past, self._on_problem, key="past")

    def _has(self, from_s: float, to_s: float, resolution_s: int) -> bool:
        if self._wanted is not None:
            return self._wanted[0] <= from_s and to_s <= self._wanted[1]
        past = self._history.past
        return (
            past is not None
            and past.from_s <= from_s
            and to_s <= past.to_s
            and past.resolution_s <= resolution_s
        )

    def _on_sampled(self) -> None:
        last = self._history.last
        if last is not None and self._is_watching:
            self._gatherer.add(last)

    def _on_identity(self, identity: DatabaseIdentity) -> None:
        self._identity = identity
        self._timer.start()
        self.arrived.emit()

    def _on_past(self, past: Past) -> None:
        self._wanted = None
        self._history.set_past(past)
        self.arrived.emit()

    def _on_kept(self, _nothing: None) -> None:
        self._is_writing = False
        self.problem = None

    def _on_not_kept(
        self, gatherer: SampleGatherer, samples: list[KeptSample], error: CtsError
    ) -> None:
        self._is_writing = False
        gatherer.put_back(samples)
        self._on_problem(error)

    def _on_problem(self, error: CtsError) -> None:
        self._wanted = None
        if error.code == "cancelled":
            return
        is_told, self.problem = self.problem is not None, error
        if not is_told:
            self._context.navigator.error_raised.emit(error)


def identify_work(connection: Connection | None, _errand: Errand) -> DatabaseIdentity:
    """Return whose samples the connection's file gives."""
    if connection is None:
        raise ValueError("an identity needs a target")
    return identify(connection)


def keep_work(
    _connection: Connection | None,
    _errand: Errand,
    *,
    identity: DatabaseIdentity,
    samples: list[KeptSample],
) -> None:
    """Keep samples."""
    with open_store() as store:
        store.record_samples(identity, samples)


def past_work(
    _connection: Connection | None,
    _errand: Errand,
    *,
    identity: DatabaseIdentity,
    from_s: float,
    to_s: float,
    resolution_s: int,
) -> Past:
    """Return what was kept of a time, ready to be drawn."""
    with open_store() as store:
        kept = store.read_samples(identity, int(from_s * 1000), int(to_s * 1000), resolution_s)
    return make_past(kept, from_s, to_s, resolution_s)
