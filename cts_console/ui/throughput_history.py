"""The samples of the last quarter of an hour, taken once for every view that shows them.

Numbers come from `monitor.Sampler`, through the monitor's thread. All of this runs in the
user-interface thread; memory is bounded by the rings. Earlier hours come from the side database
(`throughput/keeping.py`) and are put in front.
"""

from __future__ import annotations

import importlib
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from cts_console.errors import CtsError
from cts_console.monitor import PageWrites, RowGrowth, Sample, Sampler
from cts_console.sqlite import Connection
from cts_console.ui.throughput.columns import Column, live_row
from cts_console.worker import Client, Errand, Job, Target

if TYPE_CHECKING:
    from cts_console.monitor.ring import FloatArray, Ring
    from cts_console.ui.throughput.past import Past
    from cts_console.ui.throughput.table_ring import TableRing

LONGEST_WINDOW_S: Final = 900
WATCHED_INTERVAL_MS: Final = 250
UNWATCHED_INTERVAL_MS: Final = 1000
_SAMPLES: Final = LONGEST_WINDOW_S * 1000 // WATCHED_INTERVAL_MS + 1
_ROW_READINGS: Final = LONGEST_WINDOW_S + 1
_LONGEST_LOOK_S: Final = 5.0
# A rate over a shorter time is no peak: it is a jitter of the timer.
_PEAK_INTERVAL_S: Final = 1.0


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
        self._rows: TableRing | None = None
        self._pages: TableRing | None = None
        self._second_pages: Counter[str] = Counter()
        self._past: Past | None = None
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
        live = None if self._samples is None else self._samples.view()
        return cut(join(None if self._past is None else self._past.samples, live), from_s, to_s)

    def rows_window(self, from_s: float, to_s: float) -> FloatArray | None:
        """Return the readings of rows of a time: the first line is the time, then a line for each
        of `tables`, in rows per second; a copy.
        """
        past = None if self._past is None else (self._past.rows, self._past.tables)
        live = None if self._rows is None else (self._rows.view(), tuple(self._rows.tables))
        return cut(join_tables(past, live, self.tables), from_s, to_s)

    def pages_window(self, from_s: float, to_s: float) -> dict[str, float]:
        """Return the pages that were written in a time, by table; "" is what is not known."""
        past = None if self._past is None else (self._past.pages, self._past.written)
        live = None if self._pages is None else (self._pages.view(), tuple(self._pages.tables))
        names = tuple(dict.fromkeys(name for part in (past, live) if part for name in part[1]))
        window = cut(join_tables(past, live, names), from_s, to_s, with_one_before=False)
        if window is None:
            return {}
        return dict(zip(names, window[1:].sum(axis=1).tolist(), strict=True))

    @property
    def tables(self) -> tuple[str, ...]:
        """Tables that grew since watching began, in the order in which they were seen to, then
        those that grew in the shown past.
        """
        live = () if self._rows is None else tuple(self._rows.tables)
        return live if self._past is None else tuple(dict.fromkeys((*live, *self._past.tables)))

    @property
    def past(self) -> Past | None:
        """What was kept of earlier hours and is shown in front of the samples."""
        return self._past

    def set_past(self, past: Past | None) -> None:
        """Put what was kept of earlier hours in front of the samples."""
        self._past = past

    @property
    def first_s(self) -> float | None:
        """The moment of the oldest sample in memory, seconds since the epoch; None without one."""
        if self._samples is None or not len(self._samples):
            return None
        return float(self._samples.view()[Column.AT_S, 0])

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
        if sample.pages_per_table is not None:
            self._keep_pages(sample, sample.pages_per_table)
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
        self._look_for_peak(sample)
        self._samples.append(live_row(sample))

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
        from cts_console.ui.throughput.table_ring import TableRing

        self.left_out = growth.left_out
        if self._rows is None:
            self._rows = TableRing(_ROW_READINGS)
        rows = {table.table: table.rows / growth.interval_s for table in growth.tables}
        self._rows.append(at_s, rows)

    def _keep_pages(self, sample: Sample, heat: PageWrites) -> None:
        """Add up the pages until the next reading of rows: once a second is enough."""
        from cts_console.ui.throughput.table_ring import TableRing

        for table in heat.tables:
            self._second_pages[table.table] += table.pages + table.index_pages
        self._second_pages[""] += heat.unknown + heat.left_out
        if sample.rows_per_table is not None:
            if self._pages is None:
                self._pages = TableRing(_ROW_READINGS)
            self._pages.append(sample.at_ms / 1000, self._second_pages)
            self._second_pages.clear()

    def _forget(self) -> None:
        self._samples = self._rows = self._pages = self._past = None
        self._second_pages.clear()
        self.last = self.error = self.since_ms = self.last_commit_ms = None
        self.left_out = 0
        self.peak_commits_per_s = self._peak_interval_s = 0.0
        self._peak_commits = 0


def cut(
    lines: FloatArray | None, from_s: float, to_s: float, *, with_one_before: bool = True
) -> FloatArray | None:
    """Return what `lines` say of a time, a copy.

    It begins one moment before `from_s`, so that a line enters the picture, unless it is a sum.
    """
    if lines is None:
        return None
    first = max(0, int(lines[0].searchsorted(from_s)) - with_one_before)
    last = int(lines[0].searchsorted(to_s, side="right"))
    found: FloatArray = lines[:, first:last].copy()
    return found


def join(past: FloatArray | None, live: FloatArray | None) -> FloatArray | None:
    """Return the lines of the past up to where the live ones begin, then those."""
    import numpy as np

    if past is None or live is None or not live.shape[1]:
        return past if live is None else live
    before = past[:, : int(past[0].searchsorted(live[0, 0]))]
    joined: FloatArray = np.concatenate((before, live), axis=1)
    return joined


def join_tables(
    past: tuple[FloatArray, tuple[str, ...]] | None,
    live: tuple[FloatArray, tuple[str, ...]] | None,
    names: tuple[str, ...],
) -> FloatArray | None:
    """Return what `join` does for lines by table: the time, then one line for each of `names`."""
    return join(
        None if past is None else _spread(*past, names),
        None if live is None else _spread(*live, names),
    )


def _spread(lines: FloatArray, tables: tuple[str, ...], names: tuple[str, ...]) -> FloatArray:
    """Return the lines in the order of `names`; a table that did not turn up had nothing."""
    import numpy as np

    if tables == names:
        return lines
    places = {table: 1 + place for place, table in enumerate(tables)}
    none = np.zeros(lines.shape[1])
    return np.stack(
        [lines[0], *(lines[places[name]] if name in places else none for name in names)]
    )
