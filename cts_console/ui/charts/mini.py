"""A small picture of the last five minutes' commits, for a tab that is not about them.

Painted by Qt alone: it stands on the first tab, and pyqtgraph would take half a second to load.
"""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cts_console.ui.charts.commits import read_all_commits
from cts_console.ui.charts.picture import Picture, decimate, greatest
from cts_console.ui.charts.ticks import round_top
from cts_console.ui.context import WindowContext

WINDOW_S: Final = 300.0
_LABEL_PX: Final = 11
_SMALLEST_TOP: Final = 10.0
_AREA_ALPHA: Final = 40


class MiniChart(QWidget):
    """Commits per second of all processes over the last five minutes."""

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._history = context.history
        self._theme = context.theme
        self._drawn_to_s = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Commits per second, all processes, last 5 minutes"))
        self._history.sampled.connect(self._on_sampled)
        self._history.changed.connect(self.update)
        self._theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return a size at which the line can be read."""
        return QSize(self._theme.px(320), self._theme.px(96))

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size at which it says anything."""
        return QSize(self._theme.px(120), self._theme.px(56))

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for more samples while it is seen."""
        super().showEvent(event)
        self._history.set_watched(self, watched=True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Fewer samples will do."""
        super().hideEvent(event)
        self._history.set_watched(self, watched=False)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the line, the ground it stands on, and the greatest value."""
        painter = QPainter(self)
        painter.setFont(self._theme.font(_LABEL_PX))
        last = self._history.last
        if last is None or last.commits is None:
            painter.setPen(self._theme.color("muted"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._why_nothing())
        else:
            self._paint(painter, last.at_ms / 1000)
        painter.end()

    def _paint(self, painter: QPainter, now_s: float) -> None:
        label_px = self._theme.px(_LABEL_PX + 5)
        area = QRectF(self.rect()).adjusted(0, label_px, -1, -label_px)
        self._drawn_to_s = self._to_s(now_s)
        from_s = self._drawn_to_s - WINDOW_S
        picture = read_all_commits(self._history, from_s, self._drawn_to_s)
        most = greatest(picture)
        top = round_top(max(most * 1.05, _SMALLEST_TOP))
        painter.setPen(self._theme.color("line"))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        if picture is not None:
            self._paint_line(painter, picture, area, from_s, top)
        painter.setPen(self._theme.color("muted"))
        above, below = QRectF(self.rect()), QRectF(self.rect())
        peak = self.tr("at most {0} commits/s").format(f"{most:,.0f}")
        painter.drawText(above, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, peak)
        bottom = Qt.AlignmentFlag.AlignBottom
        painter.drawText(below, bottom | Qt.AlignmentFlag.AlignLeft, self.tr("5 min ago"))
        painter.drawText(below, bottom | Qt.AlignmentFlag.AlignRight, self.tr("now"))
        self.setAccessibleDescription(peak)

    def _paint_line(
        self, painter: QPainter, picture: Picture, area: QRectF, from_s: float, top: float
    ) -> None:
        at_s, values = decimate(picture.at_s, picture.series[0].values, self.width())
        painter.setClipRect(area.adjusted(0, -1, 1, 1))
        color = self._theme.color("accent")
        ground = self._theme.color("accent")
        ground.setAlpha(_AREA_ALPHA)
        for part in _parts(at_s.tolist(), values.tolist(), area, from_s, top):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            foot = [QPointF(part[-1].x(), area.bottom()), QPointF(part[0].x(), area.bottom())]
            painter.drawPolygon(part + foot)
            painter.setPen(QPen(color, 1))
            painter.drawPolyline(part)
        painter.setClipping(False)

    def _to_s(self, now_s: float) -> float:
        pixel_s = WINDOW_S / max(1, self.width())
        return math.ceil(now_s / pixel_s) * pixel_s

    def _why_nothing(self) -> str:
        last = self._history.last
        if self._history.error is not None:
            return self._history.error.title
        if last is not None and last.journal_mode == "unwatched":
            return self.tr("Not watched: the file was opened without locks")
        return self.tr("Measuring …") if self._history.is_watching else ""

    @Slot()
    def _on_sampled(self) -> None:
        last = self._history.last
        if last is not None and self._to_s(last.at_ms / 1000) != self._drawn_to_s:
            self.update()


def _parts(
    at_s: list[float], values: list[float], area: QRectF, from_s: float, top: float
) -> list[list[QPointF]]:
    """Return the line in pieces, broken where the value is unknown."""
    parts: list[list[QPointF]] = [[]]
    for moment_s, value in zip(at_s, values, strict=True):
        if math.isfinite(value):
            x = area.left() + (moment_s - from_s) / WINDOW_S * area.width()
            parts[-1].append(QPointF(x, area.bottom() - value / top * area.height()))
        elif parts[-1]:
            parts.append([])
    return [part for part in parts if part]
