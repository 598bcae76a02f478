"""The samples of the last quarter of an hour, taken once for every view that shows them.

Numbers come from `monitor.Sampler`, through the monitor's thread. All of this runs in the
user-interface thread; memory is bounded by the two rings.
"""

from __future__ import annotations

import importlib
from enum import IntEnum
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from cts_console.errors import CtsError
from cts_console.monitor import RowGrowth, Sample, Sampler
from cts_console.sqlite import Connection
from cts_console.worker import Client, Errand, Job, Target

if TYPE_CHECKING:
    from cts_console.monitor.ring import FloatArray, Ring

LONGEST_WINDOW_S: Final = 900
WATCHED_INTERVAL_MS: Final = 250
UNWATCHED_INTERVAL_MS: Final = 1000
_SAMPLES: Final = LONGEST_WINDOW_S * 1000 // WATCHED_INTERVAL_MS + 1
_ROW_READINGS: Final = LONGEST_WINDOW_S + 1
_LONGEST_LOOK_S: Final = 5.0
# A rate over a shorter time is no peak: it is a jitter of the timer.
_PEAK_INTERVAL_S: Final = 1.0


class Column(IntEnum):
    """The numbers that are kept of each sample; NaN is unknown."""

    AT_S = 0
    """Seconds since the epoch."""
    INTERVAL_S = 1
    """Seconds that the rates are measured over."""
    COMMITS_PER_S = 2
    """Commits of all processes."""
    FRAMES_PER_S = 3
    """Frames that all processes wrote; at least so many where some were missed."""
    BYTES_PER_S = 4
    """Bytes that all processes wrote to the log; likewise."""
    WAL_FRAMES = 5
    """Frames in the log."""
    PENDING_FRAMES = 6
    """Frames of those that are not in the main file yet."""
    MISSED = 7
    """Generations of the log whose end was not seen."""


class _Keeper:
    """Keeps the sampler of the monitor's connection; used in the monitor's thread alone."""

    def __init__(self) -> None:
        self.sampler: Sampler | None = None


def take_sample(keeper: _Keeper, connection: Connection | None, _errand: Errand) -> Sample:
    """Take one sample through the thread's connection."""
    if keeper.sampler is None:
        # It loads numpy: 0.1 s that the user interface, which needs it next, need not wait for.
        importlib.import_module("cts_console.monitor.ring")
    if connection is None:
        raise ValueError("a sample needs a target")
    if keeper.sampler is None or keeper.sampler.connection is not connection:
        keeper.sampler = Sampler(connection)
    return keeper.sampler.sample()


class ThroughputHistory(QObject):
    """Samples the watched file, 4 times a second while somebody looks, else once."""

    sampled = Signal()
    """There is a new sample."""
    changed = Signal()
    """Another file is watched, or watching it began to fail."""

    def __init__(self, client: Client) -> None:
        # No child of the client: it refers to the client, and such a ring of objects of Qt would
        # be left to Python's collector, which runs in any thread.
        super().__init__()
        self._client = client
        self._target: Target | None = None
        self._keeper = _Keeper()
        self._watchers: set[int] = set()
        self._samples: Ring | None = None
        self._rows: Ring | None = None
        self._tables: list[str] = []
        self._is_waiting = False
        self._is_held = False
        self.last: Sample | None = None
        """The newest sample."""
        self.left_out = 0
        """Tables whose rows are not counted."""
        self.error: CtsError | None = None
        """Why there is no newer sample; None where all is well."""
        self.since_ms: int | None = None
        """When watching began, milliseconds since the epoch."""
        self.last_commit_ms: int | None = None
        """When a commit was seen last; None for none since watching began."""
        self.peak_commits_per_s = 0.0
        """The most commits per second since watching began, over a second at least."""
        self._peak_commits = 0
        self._peak_interval_s = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(UNWATCHED_INTERVAL_MS)
        self._timer.timeout.connect(self.take)

    def watch(self, target: Target | None) -> None:
        """Watch this file, or none; being told of the same file again changes nothing."""
        if target == self._target:
            return
        self._client.withdraw(self)
        self._target = target
        self._is_waiting = False
        self._forget()
        self.changed.emit()
        if target is None:
            self._timer.stop()
        else:
            self._timer.start()
            self.take()

    @property
    def is_watching(self) -> bool:
        """Whether there is a file to watch."""
        return self._target is not None

    @property
    def interval_ms(self) -> int:
        """Time between two samples, milliseconds."""
        return self._timer.interval()

    def set_watched(self, watcher: QObject, watched: bool) -> None:
        """Note that `watcher` is seen by a person, or not any more."""
        (self._watchers.add if watched else self._watchers.discard)(id(watcher))
        interval_ms = WATCHED_INTERVAL_MS if self._watchers else UNWATCHED_INTERVAL_MS
        if interval_ms != self._timer.interval():
            self._timer.setInterval(interval_ms)

    def hold(self) -> None:
        """Take no sample until `resume`: the monitor's connection must let go of the file."""
        self._is_held = True

    def resume(self) -> None:
        """Go on after `hold`."""
        self._is_held = False
        self.take()

    def take(self) -> None:
        """Ask for a sample now, unless one is under way."""
        if self._target is None or self._is_waiting or self._is_held:
            return
        self._is_waiting = True
        job = Job(
            "Looking at the log",
            partial(take_sample, self._keeper),
            self._target,
            timeout_s=_LONGEST_LOOK_S,
            quiet=True,
        )
        self._client.submit(job, self, self._on_sample, self._on_failed)

    def window(self, from_s: float, to_s: float) -> FloatArray | None:
        """Return the samples of a time, shape (columns, samples): a copy; None without any."""
        return _cut(self._samples, from_s, to_s)

    def rows_window(self, from_s: float, to_s: float) -> FloatArray | None:
        """Return the readings of rows of a time: the first line is the time, then a line for each
        of `tables`, in rows per second; a copy.
        """
        return _cut(self._rows, from_s, to_s)

    @property
    def tables(self) -> tuple[str, ...]:
        """Tables that grew since watching began, in the order in which they were seen to."""
        return tuple(self._tables)

    def _on_sample(self, sample: Sample) -> None:
        self._is_waiting = False
        failed_before, self.error = self.error, None
        self.last = sample
        if self.since_ms is None:
            self.since_ms = sample.at_ms
        if sample.commits:
            self.last_commit_ms = sample.at_ms
        self._keep(sample)
        if sample.rows_per_table is not None:
            self._keep_rows(sample.at_ms / 1000, sample.rows_per_table)
        if failed_before is not None:
            self.changed.emit()
        self.sampled.emit()

    def _on_failed(self, error: CtsError) -> None:
        self._is_waiting = False
        if error.code != "cancelled":
            self.error = error
            self.changed.emit()

    def _keep(self, sample: Sample) -> None:
        from cts_console.monitor.ring import Ring

        if self._samples is None:
            self._samples = Ring(_SAMPLES, len(Column))
        in_wal = sample.journal_mode == "wal"
        self._look_for_peak(sample)
        self._samples.append(
            (
                sample.at_ms / 1000,
                sample.interval_s,
                _rate(sample.commits, sample.interval_s),
                _rate(sample.frames, sample.interval_s),
                _rate(sample.wal_bytes_written, sample.interval_s),
                sample.wal_frames if in_wal else _UNKNOWN,
                sample.wal_frames - sample.wal_frames_checkpointed if in_wal else _UNKNOWN,
                sample.missed,
            )
        )

    def _look_for_peak(self, sample: Sample) -> None:
        if sample.commits is None:
            return
        self._peak_commits += sample.commits
        self._peak_interval_s += sample.interval_s
        if self._peak_interval_s >= _PEAK_INTERVAL_S:
            rate = self._peak_commits / self._peak_interval_s
            self.peak_commits_per_s = max(self.peak_commits_per_s, rate)
            self._peak_commits, self._peak_interval_s = 0, 0.0

    def _keep_rows(self, at_s: float, growth: RowGrowth) -> None:
        from cts_console.monitor.ring import Ring

        self.left_out = growth.left_out
        rows = {table.table: table.rows / growth.interval_s for table in growth.tables}
        if self._rows is None:
            self._rows = Ring(_ROW_READINGS, 1)
        for table in rows:
            if table not in self._tables:
                self._tables.append(table)
                self._rows.add_column(0.0)
        self._rows.append((at_s, *(rows.get(table, 0.0) for table in self._tables)))

    def _forget(self) -> None:
        self._samples = self._rows = None
        self._tables = []
        self.last = self.error = self.since_ms = self.last_commit_ms = None
        self.left_out = 0
        self.peak_commits_per_s = self._peak_interval_s = 0.0
        self._peak_commits = 0


_UNKNOWN: Final = float("nan")


def _rate(amount: int | None, interval_s: float) -> float:
    return _UNKNOWN if amount is None or interval_s <= 0 else amount / interval_s


def _cut(ring: Ring | None, from_s: float, to_s: float) -> FloatArray | None:
    """Return the rows from one before `from_s`, so that the line enters the picture, to `to_s`."""
    if ring is None:
        return None
    view = ring.view()
    first = max(0, int(view[0].searchsorted(from_s)) - 1)
    last = int(view[0].searchsorted(to_s, side="right"))
    cut: FloatArray = view[:, first:last].copy()
    return cut
