"""Is it keeping up: what every process writes to the open file, live."""

from __future__ import annotations

import importlib
import time
from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from cts_console.errors import CtsError
from cts_console.monitor import Sample
from cts_console.sqlite import Connection
from cts_console.ui.charts.registry import CHARTS
from cts_console.ui.clock import age_text
from cts_console.ui.context import OpenDatabase, WindowContext
from cts_console.ui.tabs.base import Tab
from cts_console.ui.throughput.simulation import SimulationButton
from cts_console.ui.widgets.basics import SPACE, ElidedLabel, button, plain_label
from cts_console.ui.widgets.state_stack import StateStack
from cts_console.ui.widgets.throughput_figures import ThroughputFigures
from cts_console.worker import Errand, Job

if TYPE_CHECKING:
    from cts_console.ui.charts.time_chart import TimeChart

WINDOWS_MIN: Final = (1, 5, 15)
_DEFAULT_WINDOW_MIN: Final = 5
# Four charts take about 30 ms: at twice a second that is 6 % of a core.
_REDRAW_INTERVAL_MS: Final = 500
_WINDOW_KEY: Final = "throughput/window_min"


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
        self._charts: list[TimeChart] = []
        self._is_loading = False
        self._paused_at_s: float | None = None
        self._moment_s: float | None = None
        self._figures = ThroughputFigures(context)
        self._status = ElidedLabel(role="muted")
        self._windows = self._make_windows()
        self._pause = button(
            context.theme, self.tr("Pause"), "mdi6.pause", tip=self.tr("Freeze the picture (P)")
        )
        self._pause.setCheckable(True)
        self._pause.setShortcut("P")
        self._pause.toggled.connect(self._on_pause)
        self._simulation = SimulationButton(context)
        self._grid = QGridLayout()
        self._states = StateStack(context.theme, self._make_content())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.addWidget(self._states)
        self._timer = QTimer(self)
        self._timer.setInterval(_REDRAW_INTERVAL_MS)
        self._timer.timeout.connect(self.redraw)
        self._history.sampled.connect(self._on_sampled)
        self._history.changed.connect(self._on_changed)
        context.clock.changed.connect(self._show_status)
        self._show_state()

    @property
    def charts(self) -> tuple[TimeChart, ...]:
        """The charts, once they are loaded."""
        return tuple(self._charts)

    def set_database(self, database: OpenDatabase | None) -> None:
        """Watch another file, or none."""
        super().set_database(database)
        self._history.watch(None if database is None else database.target())
        if database is None:
            self._pause.setChecked(False)
        self._simulation.set_database(database)
        self._show_state()

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
        now_s = time.time() if self._paused_at_s is None else self._paused_at_s
        window_s = 60.0 * float(self._windows.currentData())
        for chart in self._charts:
            if chart.isVisible():
                chart.draw(now_s, window_s)
        self._show_status()

    # What happens

    def _on_changed(self) -> None:
        if self._history.last is None:
            for chart in self._charts:
                chart.clear()
        self._show_state()

    def _on_sampled(self) -> None:
        self._show_state()
        if self.isVisible():
            self._figures.show_history()

    def _on_pause(self, paused: bool) -> None:
        self._paused_at_s = time.time() if paused else None
        self._pause.setText(self.tr("Resume") if paused else self.tr("Pause"))
        self._pause.set_icon("mdi6.play" if paused else "mdi6.pause")
        self.redraw()
        self._show_status()

    def _on_window(self) -> None:
        self.context.settings.remember(_WINDOW_KEY, float(self._windows.currentData()))
        for chart in self._charts:
            chart.forget()
        self.redraw()

    def _on_hovered(self, moment_s: float | None) -> None:
        for chart in self._charts:
            chart.set_moment(moment_s)
        self._moment_s = moment_s
        self._show_status()

    # What is shown

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
            self._arrange(last)
            self._states.show_content()

    def _arrange(self, last: Sample) -> None:
        """Show the charts that say something of a file in this journal mode."""
        in_wal = last.journal_mode == "wal"
        wanted = [chart for chart in self._charts if in_wal or not chart.chart.needs_wal]
        if [chart for chart in self._charts if not chart.isHidden()] == wanted and (
            self._grid.count() == len(wanted)
        ):
            return
        for chart in self._charts:
            self._grid.removeWidget(chart)
            chart.setVisible(chart in wanted)
            chart.forget()
        others = max(1, len(wanted) - 1)
        for place, chart in enumerate(wanted):
            if place == 0:
                self._grid.addWidget(chart, 0, 0, 1, others)
            else:
                self._grid.addWidget(chart, 1, place - 1)
                self._grid.setColumnStretch(place - 1, 1)

    def _show_status(self) -> None:
        text = self._status_text()
        self._status.setText(text)
        self._status.setToolTip(text)

    def _status_text(self) -> str:
        history, clock = self._history, self.context.clock
        if self._moment_s is not None:
            return self.tr("at {0}").format(clock.text(int(self._moment_s) * 1000))
        if self._paused_at_s is not None:
            return self.tr("picture of {0}; sampling goes on").format(
                clock.text(int(self._paused_at_s) * 1000)
            )
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

    # Making

    def _load(self) -> None:
        if self._charts or self._is_loading:
            return
        self._is_loading = True
        job = Job(self.tr("Loading the charts"), load_numpy, quiet=True)
        self.context.monitor.submit(job, self, self._on_loaded, self._on_load_failed)

    def _on_loaded(self, _nothing: None) -> None:
        from cts_console.ui.charts.time_chart import TimeChart

        for chart in CHARTS:
            made = TimeChart(chart, self._history, self.context.theme, self.context.clock)
            made.hovered.connect(self._on_hovered)
            self._charts.append(made)
        self._show_state()
        self.redraw()

    def _on_load_failed(self, error: CtsError) -> None:
        self._is_loading = False
        self._states.show_error(error, self._load)

    def _make_windows(self) -> QComboBox:
        windows = QComboBox()
        windows.setAccessibleName(self.tr("Window"))
        for minutes in WINDOWS_MIN:
            windows.addItem(self.tr("{0} min").format(minutes), minutes)
        kept = self.context.settings.number(_WINDOW_KEY, _DEFAULT_WINDOW_MIN)
        windows.setCurrentIndex(max(0, windows.findData(int(kept))))
        windows.currentIndexChanged.connect(self._on_window)
        return windows

    def _make_content(self) -> QWidget:
        self._content = QWidget()
        layout = QVBoxLayout(self._content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(self._figures)
        header = QHBoxLayout()
        header.setSpacing(2 * SPACE)
        header.addWidget(plain_label(self.tr("Write throughput"), role="title"))
        header.addWidget(self._status, 1)
        header.addWidget(self._simulation)
        header.addWidget(plain_label(self.tr("Window"), role="muted"))
        header.addWidget(self._windows)
        header.addWidget(self._pause)
        layout.addLayout(header)
        self._grid.setSpacing(3 * SPACE)
        self._grid.setRowStretch(0, 3)
        self._grid.setRowStretch(1, 2)
        layout.addLayout(self._grid, 1)
        return self._content
