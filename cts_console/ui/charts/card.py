"""What every chart of the Throughput tab is, whatever it draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal

from cts_console.ui.charts.picture import BarsChart, Chart
from cts_console.ui.theme import Theme
from cts_console.ui.throughput_history import ThroughputHistory
from cts_console.ui.widgets.basics import Card, ElidedLabel

if TYPE_CHECKING:
    from cts_console.monitor.ring import FloatArray


class ChartCard(Card):
    """One chart over a stretch of time that all charts share."""

    hovered = Signal(object)
    """Carries the moment under the pointer, seconds since the epoch, or None."""
    zoomed = Signal(float, float)
    """Carries by how much more time is to be shown, and the moment that stays in its place."""
    panned = Signal(float)
    """Carries by how many seconds the stretch of time is to be moved."""
    followed = Signal()
    """The present is wanted again."""

    def __init__(self, chart: Chart | BarsChart, history: ThroughputHistory, theme: Theme) -> None:
        super().__init__(QCoreApplication.translate("charts", chart.title))
        self.chart = chart
        self.redraws = 0
        """How often it was drawn anew."""
        self.is_stale = True
        self.history = history
        self.theme = theme
        self.from_s = self.to_s = 0.0
        """The stretch of time that is shown, seconds since the epoch."""
        unit = ElidedLabel(QCoreApplication.translate("charts", chart.unit), role="muted")
        unit.setToolTip(unit.text())
        self.header.takeAt(1)  # the stretch of the card: the unit fills that place
        self.header.addWidget(unit, 1)

    @property
    def needs_wal(self) -> bool:
        """Whether it says something of databases in WAL mode alone."""
        return self.chart.needs_wal

    def forget(self) -> None:
        """Draw at the next occasion, whatever has changed."""
        self.is_stale = True

    def clear(self) -> None:
        """Read anew at the next occasion: what was known is no longer so."""
        self.forget()

    def draw(self, to_s: float, window_s: float) -> None:
        """Draw the `window_s` seconds up to `to_s`, if a pixel would be another one."""
        raise NotImplementedError

    def set_moment(self, moment_s: float | None) -> None:
        """Show the values of this moment instead of the newest ones."""

    def set_marks(self, marks_s: FloatArray) -> None:
        """Mark these moments."""

    def text(self) -> str:
        """Return what it shows, for who cannot see it."""
        raise NotImplementedError
