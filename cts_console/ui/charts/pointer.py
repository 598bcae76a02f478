"""What the pointer does over a chart: read a moment, move the stretch of time, make it longer."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

from cts_console.ui.charts.card import ChartCard

# A notch of the wheel.
ZOOM_STEP: Final = 1.25
_NOTCH: Final = 120
# A click that trembles moves nothing.
_DRAG_PX: Final = 4


class PlotPointer(QObject):
    """Watches the viewport of a chart's plot, and has the chart's signals say what is wanted."""

    def __init__(self, card: ChartCard, plot: Any) -> None:
        super().__init__(card)
        self._card = card
        self._plot = plot
        self._held_x: float | None = None
        self._is_dragging = False
        plot.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the pointer over the plot."""
        kind = event.type()
        if isinstance(event, QWheelEvent):
            return self._on_wheel(event)
        if isinstance(event, QMouseEvent):
            if kind == QEvent.Type.MouseMove:
                self._on_move(event)
            elif (
                kind == QEvent.Type.MouseButtonPress and event.button() is Qt.MouseButton.LeftButton
            ):
                self._held_x = event.position().x()
            elif kind == QEvent.Type.MouseButtonRelease:
                self._held_x, self._is_dragging = None, False
            elif kind == QEvent.Type.MouseButtonDblClick:
                self._card.followed.emit()
        elif kind == QEvent.Type.Leave:
            self._card.hovered.emit(None)
        return super().eventFilter(watched, event)

    def _on_move(self, event: QMouseEvent) -> None:
        x, held_x = event.position().x(), self._held_x
        if held_x is None or not event.buttons() & Qt.MouseButton.LeftButton:
            self._card.hovered.emit(self._moment_at(event.position()))
        elif self._is_dragging or abs(x - held_x) >= _DRAG_PX:
            self._is_dragging, self._held_x = True, x
            self._card.panned.emit((held_x - x) * self._pixel_s())

    def _on_wheel(self, event: QWheelEvent) -> bool:
        turned, moment_s = event.angleDelta(), self._moment_at(event.position())
        if turned.x():
            self._card.panned.emit(-turned.x() / _NOTCH * 40 * self._pixel_s())
        elif turned.y() and moment_s is not None:
            self._card.zoomed.emit(ZOOM_STEP ** (-turned.y() / _NOTCH), moment_s)
        return True

    def _pixel_s(self) -> float:
        box = self._plot.getPlotItem().getViewBox()
        return (self._card.to_s - self._card.from_s) / max(1.0, float(box.width()))

    def _moment_at(self, position: QPointF) -> float | None:
        box = self._plot.getPlotItem().getViewBox()
        inside = self._plot.mapToScene(position.toPoint())
        if not box.sceneBoundingRect().contains(inside):
            return None
        return float(box.mapSceneToView(inside).x())
