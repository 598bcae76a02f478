"""A chart of bars, painted by Qt alone."""

from __future__ import annotations

import time
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cts_console.ui.charts.card import ChartCard
from cts_console.ui.charts.picture import Bars, BarsChart
from cts_console.ui.theme import Theme
from cts_console.ui.throughput_history import ThroughputHistory
from cts_console.ui.widgets.basics import ElidedLabel

# Sums over minutes change slowly.
_REDRAW_S: Final = 1.0
_LINE_PX: Final = 24
_VALUE_PX: Final = 44
_NAME_SHARE: Final = 0.45
_BAR_ALPHA: Final = 150


class BarsCard(ChartCard):
    """Shows one `BarsChart` of the history."""

    def __init__(self, chart: BarsChart, history: ThroughputHistory, theme: Theme) -> None:
        super().__init__(chart, history, theme)
        self._bars_chart = chart
        self._drawn_at_s = float("-inf")
        self._lines = _Lines(theme)
        self._lines.setAccessibleName(self.title.text())
        self._rest = ElidedLabel(role="muted")
        self.body.addWidget(self._lines, 1)
        self.body.addWidget(self._rest)
        theme.changed.connect(self._lines.update)

    def clear(self) -> None:
        """Another file is watched, or another past is known."""
        super().clear()
        self._drawn_at_s = float("-inf")

    def draw(self, to_s: float, window_s: float) -> None:
        """Draw the `window_s` seconds up to `to_s`, at most once a second."""
        from_s = to_s - window_s
        now_s = time.monotonic()
        is_same = (from_s, to_s) == (self.from_s, self.to_s)
        if not self.is_stale and (is_same or now_s - self._drawn_at_s < _REDRAW_S):
            return
        self.is_stale, self._drawn_at_s = False, now_s
        self.from_s, self.to_s = from_s, to_s
        bars = self._bars_chart.read(self.history, from_s, to_s)
        if bars != self._lines.bars or not self.redraws:
            self._lines.show_bars(bars)
            rest = bars.rest if bars.bars or bars.rest else self.tr("no page was written")
            self._rest.setText(rest)
            self._rest.setToolTip(
                self.tr(
                    "Page numbers of the log, each told by the b-tree that the page belonged to "
                    "when we last looked. Not known: long values, free pages, and what has not "
                    "been mapped yet."
                )
            )
            self._lines.setAccessibleDescription(self.text())
            self.redraws += 1

    def text(self) -> str:
        """Return what it shows, for who cannot see it."""
        shares = [f"{name} {share:.0%}" for name, share in self._lines.bars.bars]
        return ", ".join([*shares, self._rest.text()])


class _Lines(QWidget):
    """One line for each bar; what does not fit is left out from the end."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.bars = Bars((), "")
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_bars(self, bars: Bars) -> None:
        """Show other bars."""
        self.bars = bars
        self.setToolTip("")
        self.update()

    def minimumSizeHint(self) -> QSize:
        """Return room for three lines."""
        return QSize(self._theme.px(140), self._theme.px(3 * _LINE_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint names, bars and shares."""
        painter = QPainter(self)
        line_px = self._theme.px(_LINE_PX)
        greatest = max((share for _, share in self.bars.bars), default=1.0)
        for place, (name, share) in enumerate(self.bars.bars):
            top = place * line_px
            if top + line_px > self.height():
                break
            self._paint_line(painter, QRectF(0, top, self.width(), line_px), name, share / greatest)
            painter.setFont(self._theme.mono_font())
            painter.drawText(
                QRectF(0, top, self.width(), line_px),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                f"{share:.0%}" if share >= 0.01 else "<1%",
            )
        painter.end()

    def _paint_line(self, painter: QPainter, line: QRectF, name: str, part: float) -> None:
        theme = self._theme
        name_px = line.width() * _NAME_SHARE
        painter.setFont(theme.font())
        painter.setPen(theme.color("text"))
        short = painter.fontMetrics().elidedText(
            name, Qt.TextElideMode.ElideMiddle, int(name_px) - theme.px(8)
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, short)
        room = line.width() - name_px - theme.px(_VALUE_PX)
        bar = QRectF(name_px, line.top() + line.height() * 0.28, room * part, line.height() * 0.44)
        color = theme.color("accent")
        color.setAlpha(_BAR_ALPHA)
        painter.fillRect(bar, color)
