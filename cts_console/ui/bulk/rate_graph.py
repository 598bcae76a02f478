"""Rows per second of one running job, painted by Qt alone: pyqtgraph would be slow to load."""

from __future__ import annotations

import time
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cts_console.progress import Progress
from cts_console.ui.charts.ticks import round_top
from cts_console.ui.theme import Theme

_MOST_POINTS: Final = 240
_STEP_S: Final = 0.25
_LABEL_PX: Final = 11
_AREA_ALPHA: Final = 40


class RateGraph(QWidget):
    """Shows a whole run: when the buffer is full, every second point goes and the step doubles."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._points: list[tuple[float, float]] = []
        self._began_s = self._last_s = 0.0
        self._last_done = 0
        self._step_s = _STEP_S
        self._mean: float | None = None
        self.setAccessibleName(self.tr("Rows per second of the running job"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    @property
    def points(self) -> tuple[tuple[float, float], ...]:
        """Seconds since the start, and rows per second until then since the point before."""
        return tuple(self._points)

    def sizeHint(self) -> QSize:
        """Return a size at which the line can be read."""
        return QSize(self._theme.px(320), self._theme.px(104))

    def begin(self) -> None:
        """A run begins."""
        self._points.clear()
        self._began_s = self._last_s = time.monotonic()
        self._last_done, self._step_s, self._mean = 0, _STEP_S, None
        self.update()

    def add(self, progress: Progress) -> None:
        """Take the progress of the run; what does not count rows is no rate."""
        if progress.unit != "rows" or progress.rows_per_s is None:
            return
        now_s = time.monotonic()
        self._mean = progress.rows_per_s
        passed_s = now_s - self._last_s
        if passed_s < self._step_s:
            return
        # A job that begins anew (another way of reading) counts from the beginning again.
        rows = max(0, progress.done - self._last_done)
        self._points.append((now_s - self._began_s, rows / passed_s))
        self._last_s, self._last_done = now_s, progress.done
        if len(self._points) >= _MOST_POINTS:
            self._points = self._points[1::2]
            self._step_s *= 2
        self.update()

    def finish(self, rows_per_s: float) -> None:
        """The run has ended; its mean is measured over all of it."""
        self._mean = rows_per_s
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the line, the ground it stands on, and the figures."""
        painter = QPainter(self)
        painter.setFont(self._theme.font(_LABEL_PX))
        label_px = self._theme.px(_LABEL_PX + 6)
        area = QRectF(self.rect()).adjusted(0, label_px, -1, -label_px)
        painter.setPen(self._theme.color("line"))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        peak = max((rate for _at_s, rate in self._points), default=0.0)
        self._paint_line(painter, area, round_top(max(peak * 1.05, 10.0)))
        self._paint_words(painter, peak)
        painter.end()

    def _paint_line(self, painter: QPainter, area: QRectF, top: float) -> None:
        if len(self._points) < 2:
            return
        first_s, last_s = self._points[0][0], self._points[-1][0]
        width_s = max(last_s - first_s, 0.001)
        line = [
            QPointF(
                area.left() + (at_s - first_s) / width_s * area.width(),
                area.bottom() - rate / top * area.height(),
            )
            for at_s, rate in self._points
        ]
        ground = self._theme.color("accent")
        ground.setAlpha(_AREA_ALPHA)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawPolygon([*line, area.bottomRight(), area.bottomLeft()])
        painter.setPen(QPen(self._theme.color("accent"), 1))
        painter.drawPolyline(line)

    def _paint_words(self, painter: QPainter, peak: float) -> None:
        painter.setPen(self._theme.color("muted"))
        left = Qt.AlignmentFlag.AlignLeft
        around = QRectF(self.rect())
        told = self.tr("rows/s of this job")
        if self._mean is not None:
            told = self.tr("rows/s of this job: mean {0}").format(f"{self._mean:,.0f}")
        if peak:
            told += self.tr(", at most {0}").format(f"{peak:,.0f}")
        painter.drawText(around, Qt.AlignmentFlag.AlignTop | left, told)
        if self._points:
            bottom = Qt.AlignmentFlag.AlignBottom
            end = f"{self._points[-1][0]:,.1f} s"
            painter.drawText(around, bottom | Qt.AlignmentFlag.AlignRight, end)
            painter.drawText(around, bottom | left, f"{self._points[0][0]:,.1f} s")
        self.setAccessibleDescription(told)
