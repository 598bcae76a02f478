"""How many findings the audits of one profile had, over time: a line of steps per severity.

Between two audits nobody measured, so a line keeps its height until the next one. Painted by Qt
alone: pyqtgraph takes half a second to load in the thread of the window.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from cts_console.store import AuditLine
from cts_console.ui.charts.legend import Legend
from cts_console.ui.charts.ticks import round_top, time_ticks, value_ticks
from cts_console.ui.clock import Clock
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, ElidedLabel

SERIES: Final = ("critical", "error", "warning", "info")
_LABEL_PX: Final = 11
_LEFT_PX: Final = 44
_VALUE_TICK_PX: Final = 30
_TIME_TICK_PX: Final = 130
_SMALLEST_TOP: Final = 4.0
_MOST_DOTS: Final = 60
_DOT_PX: Final = 2.5
_LONE_S: Final = 43_200.0


class FindingsGraph(QWidget):
    """Names and values over the plot; they are those of the audit under the pointer."""

    def __init__(self, theme: Theme, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self.moment = ElidedLabel(role="muted")
        self.legend = Legend(theme, len(SERIES))
        self.plot = _Plot(theme, clock)
        self.plot.pointed.connect(self._on_pointed)
        clock.changed.connect(self._show_last)
        head = QHBoxLayout()
        head.setSpacing(3 * SPACE)
        head.addWidget(self.moment, 1)
        head.addWidget(self.legend)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addLayout(head)
        layout.addWidget(self.plot, 1)

    def show_lines(self, lines: Sequence[AuditLine]) -> None:
        """Show these audits, in whatever order they come."""
        # Clocks are set back: the axis goes by what they said.
        self.plot.lines = sorted(lines, key=lambda line: (line.started_at_ms, line.id))
        self.plot.update()
        self._show_last()

    def _show_last(self) -> None:
        self._on_pointed(None)
        self.plot.update()

    def _on_pointed(self, line: AuditLine | None) -> None:
        shown = line or (self.plot.lines[-1] if self.plot.lines else None)
        self.moment.setText(
            "" if shown is None else self._clock.text(shown.started_at_ms // 1000 * 1000)
        )
        values = [(name, "–" if shown is None else f"{count_of(shown, name):,}") for name in SERIES]
        self.legend.show_values(tuple(values))
        self.plot.setAccessibleDescription(f"{self.moment.text()}: {self.legend.text()}")


class _Plot(QWidget):
    """The plot alone."""

    pointed = Signal(object)
    """Carries the `AuditLine` that is read, or None for the last one."""

    def __init__(self, theme: Theme, clock: Clock) -> None:
        super().__init__()
        self._theme = theme
        self._clock = clock
        self.lines: list[AuditLine] = []
        """What is shown, in the order of time."""
        self._place: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Findings over time, by severity"))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return a size at which the lines can be read."""
        return QSize(self._theme.px(560), self._theme.px(150))

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size at which it says anything."""
        return QSize(self._theme.px(200), self._theme.px(70))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the last audit before the pointer."""
        if self.lines:
            area = self._area()
            from_s, to_s = self._span()
            share = (event.position().x() - area.left()) / max(1.0, area.width())
            moments = [line.started_at_ms / 1000 for line in self.lines]
            self._point(max(0, bisect_right(moments, from_s + share * (to_s - from_s)) - 1))

    def leaveEvent(self, event: QEvent) -> None:
        """Read the last audit again."""
        super().leaveEvent(event)
        self._point(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Read the last audit again."""
        super().focusOutEvent(event)
        self._point(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from audit to audit by the arrow keys."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or not self.lines:
            super().keyPressEvent(event)
            return
        last = len(self.lines) - 1
        place = last if self._place is None else self._place
        self._point(min(max(place + step, 0), last))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the axes, the lines and the moment that is read."""
        painter = QPainter(self)
        painter.setFont(self._theme.font(_LABEL_PX))
        if not self.lines:
            painter.setPen(self._theme.color("muted"))
            nothing = self.tr("No audit is kept")
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, nothing)
        else:
            most = max(count_of(line, name) for line in self.lines for name in SERIES)
            top = round_top(max(most * 1.05, _SMALLEST_TOP))
            self._paint_axes(painter, top)
            for place in reversed(range(len(SERIES))):
                self._paint_line(painter, place, top)
            self._paint_cursor(painter)
        painter.end()

    def _paint_axes(self, painter: QPainter, top: float) -> None:
        area = self._area()
        muted, grid = self._theme.color("muted"), self._theme.color("line")
        height = self._theme.px(_LABEL_PX + 5)
        for mark in value_ticks(top, max(2, int(area.height() / self._theme.px(_VALUE_TICK_PX)))):
            if mark == int(mark):
                y = area.bottom() - mark / top * area.height()
                painter.setPen(grid)
                painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
                painter.setPen(muted)
                box = QRectF(0, y - height / 2, area.left() - 2 * SPACE, height)
                where = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                painter.drawText(box, where, f"{mark:,.0f}")
        painter.setPen(muted)
        width = self._theme.px(_TIME_TICK_PX)
        for moment_s, text in self._time_marks(max(1, int(area.width() / width))):
            left = min(self._x(moment_s) - width / 2, self.width() - width)
            box = QRectF(left, area.bottom() + 2, width, height)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_line(self, painter: QPainter, place: int, top: float) -> None:
        area, (from_s, to_s) = self._area(), self._span()
        color = QColor(self._theme.colors.series[place])
        corners: list[QPointF] = []
        dots: list[QPointF] = []
        for line in self.lines:
            share = (line.started_at_ms / 1000 - from_s) / (to_s - from_s)
            x = area.left() + share * area.width()
            y = area.bottom() - count_of(line, SERIES[place]) / top * area.height()
            if corners:
                corners.append(QPointF(x, corners[-1].y()))
            corners.append(QPointF(x, y))
            dots.append(corners[-1])
        painter.setPen(QPen(color, 1))
        painter.drawPolyline(corners)
        if len(dots) <= _MOST_DOTS:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(color)
            radius = self._theme.px(_DOT_PX)
            for dot in dots:
                painter.drawEllipse(dot, radius, radius)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    def _paint_cursor(self, painter: QPainter) -> None:
        if self._place is not None and self._place < len(self.lines):
            area = self._area()
            x = self._x(self.lines[self._place].started_at_ms / 1000)
            painter.setPen(QPen(self._theme.color("muted"), 1))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))

    def _time_marks(self, most: int) -> list[tuple[float, str]]:
        """Return round moments of the shown zone with what is written under them."""
        from_s, to_s = self._span()
        shift_s = self._zone_shift_s(to_s)
        marks = [mark - shift_s for mark in time_ticks(from_s + shift_s, to_s + shift_s, most)]
        if not marks:  # all within a second
            return [(to_s, self._clock.text(to_s // 1 * 1000, with_zone=False))]
        texts = [self._clock.text(mark * 1000, with_zone=False) for mark in marks]
        # Where the clocks were changed meanwhile, midnight is not midnight: then the hour says so.
        are_days = all(text.endswith("00:00:00") for text in texts)
        first = 5 if len({text[:4] for text in texts}) == 1 and not are_days else 0
        return [
            (mark, text[first : 10 if are_days else 16])
            for mark, text in zip(marks, texts, strict=True)
        ]

    def _zone_shift_s(self, at_s: float) -> float:
        if self._clock.zone == "utc":
            return 0.0
        shift = datetime.fromtimestamp(at_s, UTC).astimezone().utcoffset()
        return 0.0 if shift is None else shift.total_seconds()

    def _span(self) -> tuple[float, float]:
        from_s, to_s = self.lines[0].started_at_ms / 1000, self.lines[-1].started_at_ms / 1000
        return (from_s, to_s) if from_s < to_s else (from_s - _LONE_S, to_s + _LONE_S)

    def _x(self, at_s: float) -> float:
        area = self._area()
        from_s, to_s = self._span()
        return area.left() + (at_s - from_s) / (to_s - from_s) * area.width()

    def _area(self) -> QRectF:
        px = self._theme.px
        edge = px(_DOT_PX) + 1
        above, below = px(_LABEL_PX + 5) / 2, px(_LABEL_PX + 7)
        return QRectF(self.rect()).adjusted(px(_LEFT_PX), above, -edge, -below)

    def _point(self, place: int | None) -> None:
        if place != self._place:
            self._place = place
            self.pointed.emit(None if place is None else self.lines[place])
            self.update()


def count_of(line: AuditLine, severity: str) -> int:
    """Return how many findings of a severity an audit had."""
    count: int = getattr(line, severity)
    return count
