"""Is it keeping up: what every process writes to the open file, now and in the last month."""

from __future__ import annotations

import importlib
import time
from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cts_console.errors import CtsError
from cts_console.sqlite import Connection
from cts_console.ui.charts.picture import BarsChart
from cts_console.ui.charts.registry import CHARTS
from cts_console.ui.clock import age_text
from cts_console.ui.context import OpenDatabase, WindowContext
from cts_console.ui.tabs.base import Tab
from cts_console.ui.text import duration_text
from cts_console.ui.throughput.alarm_bell import AlarmBell
from cts_console.ui.throughput.export import PictureSaver
from cts_console.ui.throughput.figures import ThroughputFigures
from cts_console.ui.throughput.grid import ChartGrid
from cts_console.ui.throughput.header import ThroughputHeader
from cts_console.ui.throughput.keeping import SampleKeeper
from cts_console.ui.throughput.locks_dialog import LocksDialog
from cts_console.ui.throughput.marks import Marks, checkpoint_moments
from cts_console.ui.throughput.probe import LockProber
from cts_console.ui.throughput.simulation import SimulationButton
from cts_console.ui.throughput.view import TimeView
from cts_console.ui.widgets.basics import SPACE
from cts_console.ui.widgets.state_stack import StateStack
from cts_console.worker import Errand, Job

if TYPE_CHECKING:
    from cts_console.monitor.ring import FloatArray
    from cts_console.ui.charts.card import ChartCard

# `tests/bench/bench_monitor.py` measures what the visible tab takes: more often is not seen.
_REDRAW_INTERVAL_MS: Final = 500
_ONE_DAY_S: Final = 86_400
# A mark is named where the moment under the pointer is this near, as a part of the window.
_NEAR: Final = 1 / 100


def load_numpy(_connection: Connection | None, _errand: Errand) -> None:
    """Import numpy where nobody waits for it: the half of the charts that is not Qt.

    Pyqtgraph itself is imported in the thread of the user interface: it makes types of Qt, which
    no other thread may do while the window makes its own.
    """
    importlib.import_module("numpy")


class ThroughputTab(Tab):
    """Figures at the top, charts below; sampling goes on whatever is shown."""

    name: ClassVar[str] = "Throughput"
    icon_name: ClassVar[str] = "mdi6.chart-line"

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._history = context.history
        self._charts: list[ChartCard] = []
        self._is_loading = False
        self._moment_s: float | None = None
        self.view = TimeView(60.0, self)
        self.keeper = SampleKeeper(context, self)
        self.bell = AlarmBell(context, self)
        self.prober = LockProber(context, self)
        self.marks = Marks(context.operations, self)
        self.saver = PictureSaver(context, self)
        self.locks: LocksDialog | None = None
        self._figures = ThroughputFigures(context)
        self._simulation = SimulationButton(context)
        self.header = ThroughputHeader(context, self.view, self._simulation)
        self.view.set_window(self.header.remembered_s)
        self._grid = ChartGrid(context.theme)
        self._states = StateStack(context.theme, self._make_content())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.addWidget(self._states)
        self._timer = QTimer(self)
        self._timer.setInterval(_REDRAW_INTERVAL_MS)
        self._timer.timeout.connect(self.redraw)
        self._connect()
        self._show_state()

    @property
    def charts(self) -> tuple[ChartCard, ...]:
        """The charts, once they are loaded."""
        return tuple(self._charts)

    def set_database(self, database: OpenDatabase | None) -> None:
        """Watch another file, or none."""
        before = self.database
        super().set_database(database)
        self.keeper.set_database(database)
        self._history.watch(None if database is None else database.target())
        self._simulation.set_database(database)
        if self.locks is not None:
            self.locks.reject()
        self.bell.set_database(database)
        self.prober.set_database(database)
        self.header.probe.setEnabled(database is not None and database.writable)
        if database is None or before is None or before.path != database.path:
            self.view.follow()
            self.marks.forget()
        self._show_state()

    def show_locks(self) -> None:
        """Say who has the file open and who holds which lock."""
        if self.database is not None and self.locks is None:
            self.locks = LocksDialog(self.context, self.database.path, self)
            self.locks.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self.locks.finished.connect(self._on_locks_closed)
            self.locks.open()

    def on_closing(self) -> None:
        """End the simulated engine with the window."""
        self._simulation.end()

    def on_shown(self) -> None:
        """Sample faster and draw."""
        self._history.set_watched(self, watched=True)
        self._timer.start()
        self._load()
        self._show_state()

    def on_hidden(self) -> None:
        """Draw nothing, sample less often."""
        self._timer.stop()
        self._history.set_watched(self, watched=False)

    def refresh(self) -> None:
        """Take a sample now."""
        self._history.take()

    def redraw(self) -> None:
        """Draw the charts in which a pixel has changed."""
        if self._states.currentWidget() is not self._content or not self.isVisible():
            return
        to_s, window_s = self.view.to_s(time.time()), self.view.window_s
        self.keeper.want(to_s - window_s, to_s)
        marks_s = self.marks.moments(to_s - window_s, to_s)
        for chart in self._charts:
            if chart.isVisible():
                chart.set_marks(self._marks_of(chart, marks_s))
                chart.draw(to_s, window_s)
        self._show_status()

    # What happens

    def _on_changed(self) -> None:
        if self._history.last is None:
            self._reread()
        self._show_state()

    def _reread(self) -> None:
        for chart in self._charts:
            chart.clear()

    def _on_past(self) -> None:
        self._reread()
        self.redraw()

    def _on_sampled(self) -> None:
        self._show_state()
        if self.isVisible():
            self._figures.show_history()
            self.header.show_alarms(self.bell.ringing, is_on=self.bell.settings.rules.is_on)

    def _on_paused(self, paused: bool) -> None:
        if paused:
            self.view.hold(time.time())
        else:
            self.view.follow()

    def _on_stepped(self, direction: int) -> None:
        self.view.pan(direction * self.view.window_s, time.time())

    def _on_zoomed(self, factor: float, moment_s: float) -> None:
        self.view.zoom(factor, moment_s, time.time())

    def _on_panned(self, seconds: float) -> None:
        self.view.pan(seconds, time.time())

    def _on_view(self) -> None:
        self.redraw()
        self._show_status()

    def _on_hovered(self, moment_s: float | None) -> None:
        for chart in self._charts:
            chart.set_moment(moment_s)
        self._moment_s = moment_s
        self._show_status()

    def _on_export(self) -> None:
        if self.database is not None and self._charts:
            to_s = self.view.to_s(time.time())
            self.saver.choose(self.database, self._grid.picture, to_s - self.view.window_s, to_s)

    def _on_probe(self) -> None:
        found = self.prober.found
        self.header.probe.setChecked(self.prober.is_on)
        if found is None:
            text = self.tr("probing the lock") if self.prober.is_on else ""
        elif found.was_had:
            text = self.tr("lock had after {0}").format(duration_text(found.waited_ms))
        else:
            text = self.tr("lock not had in {0}").format(duration_text(found.waited_ms))
        self._figures.show_probe(text)

    # What is shown

    def _marks_of(self, chart: ChartCard, marks_s: FloatArray) -> FloatArray:
        if isinstance(chart.chart, BarsChart) or not chart.chart.shows_checkpoints:
            return marks_s
        to_s = self.view.to_s(time.time())
        checkpoints_s = checkpoint_moments(self._history.window(to_s - self.view.window_s, to_s))
        return checkpoints_s if len(checkpoints_s) else marks_s

    def _show_state(self) -> None:
        last, error = self._history.last, self._history.error
        if self.database is None:
            self._states.show_empty(self.tr("No file is open"))
        elif error is not None:
            self._states.show_error(error, self._history.take)
        elif last is None or not self._charts:
            self._states.show_loading()
        elif last.journal_mode == "unwatched":
            self._states.show_empty(
                self.tr("Writes to this file cannot be seen"),
                self.database.note or self.tr("It was opened without locks."),
            )
        else:
            in_wal = last.journal_mode == "wal"
            self._grid.show_cards([card for card in self._charts if in_wal or not card.needs_wal])
            self._states.show_content()

    def _show_status(self) -> None:
        text = self._status_text()
        self.header.status.setText(text)
        self.header.status.setToolTip(text)

    def _status_text(self) -> str:
        history, clock = self._history, self.context.clock
        if self._moment_s is not None:
            at = self.tr("at {0}").format(clock.text(int(self._moment_s) * 1000))
            near_s = self.view.window_s * _NEAR
            return " · ".join((at, *self.marks.texts_at(self._moment_s, near_s)))
        if not self.view.is_following:
            return self._held_text()
        last = history.last
        if last is None or history.since_ms is None:
            return ""
        in_rollback = last.journal_mode == "rollback"
        why = self.tr(" · rollback journal: commits alone can be counted") if in_rollback else ""
        if history.last_commit_ms is None:
            since = clock.text(history.since_ms // 1000 * 1000)
            return self.tr("nobody has written since {0}, when watching began").format(since) + why
        age_s = time.time() - history.last_commit_ms / 1000
        if age_s < 2:
            return self.tr("being written now, times in {0}").format(clock.zone_name()) + why
        at = clock.text(history.last_commit_ms // 1000 * 1000)
        return self.tr("nobody has written since {0} ({1})").format(at, age_text(age_s)) + why

    def _held_text(self) -> str:
        clock = self.context.clock
        to_s = self.view.to_s(0.0)
        to = clock.text(int(to_s) * 1000)
        if self.view.window_s < _ONE_DAY_S / 24:
            return self.tr("picture of {0}; sampling goes on").format(to)
        begin = clock.text(int(to_s - self.view.window_s) * 1000, with_zone=False)
        return self.tr("{0} to {1}; sampling goes on").format(begin, to)

    # Making

    def _load(self) -> None:
        if self._charts or self._is_loading:
            return
        self._is_loading = True
        job = Job(self.tr("Loading the charts"), load_numpy, quiet=True)
        self.context.monitor.submit(job, self, self._on_loaded, self._on_load_failed)

    def _on_loaded(self, _nothing: None) -> None:
        from cts_console.ui.charts.making import make_chart

        for chart in CHARTS:
            made = make_chart(chart, self.context)
            made.hovered.connect(self._on_hovered)
            made.zoomed.connect(self._on_zoomed)
            made.panned.connect(self._on_panned)
            made.followed.connect(self.view.follow)
            self._charts.append(made)
        self._show_state()
        self.redraw()

    def _on_load_failed(self, error: CtsError) -> None:
        self._is_loading = False
        self._states.show_error(error, self._load)

    def _connect(self) -> None:
        self._history.sampled.connect(self._on_sampled)
        self._history.changed.connect(self._on_changed)
        self.context.clock.changed.connect(self._show_status)
        self.view.changed.connect(self._on_view)
        self.keeper.arrived.connect(self._on_past)
        self.prober.changed.connect(self._on_probe)
        self.header.paused.connect(self._on_paused)
        self.header.stepped.connect(self._on_stepped)
        self.header.export_wanted.connect(self._on_export)
        self.header.alarms.triggered.connect(self.bell.choose)
        self.header.locks.triggered.connect(self.show_locks)
        self.header.probe.triggered.connect(self.prober.set_on)

    def _on_locks_closed(self) -> None:
        self.locks = None

    def _make_content(self) -> QWidget:
        self._content = QWidget()
        layout = QVBoxLayout(self._content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3 * SPACE)
        for part in (self._figures, self.header):
            layout.addWidget(part)
        layout.addWidget(self._grid, 1)
        return self._content
