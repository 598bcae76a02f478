"""One chart over time on pyqtgraph. Import it lazily: pyqtgraph takes half a second to load.

What keeps it cheap (`engineering.md` section 5): one curve per series for good, a pen of one
pixel, no antialiasing, points decimated to pixels, one area as an image, both ranges set by us, and
no redraw in which no pixel would change.
"""

from __future__ import annotations

import math
from typing import Any, Final

import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QSizePolicy

from cts_console.ui.charts.area import Area
from cts_console.ui.charts.legend import Legend
from cts_console.ui.charts.picture import Chart, Picture, decimate, greatest
from cts_console.ui.charts.ticks import round_top, time_ticks, value_ticks
from cts_console.ui.clock import Clock
from cts_console.ui.theme import Theme
from cts_console.ui.throughput_history import ThroughputHistory
from cts_console.ui.widgets.basics import Card, ElidedLabel

_MOST_SERIES: Final = 5
_TICK_PX: Final = 11
_TIME_TICK_WIDTH_PX: Final = 90
_VALUE_TICK_HEIGHT_PX: Final = 34
_AXIS_WIDTH_PX: Final = 64
_SMALLEST_HEIGHT_PX: Final = 96
# A value is the one of the nearest sample, unless that is further away than this.
_NEAR_S: Final = 5.0
_KEY_STEPS: Final = 120


class TimeChart(Card):
    """Shows one `Chart` of the history; the moment under the pointer is shared by all charts."""

    hovered = Signal(object)
    """Carries the moment under the pointer, seconds since the epoch, or None."""

    def __init__(
        self, chart: Chart, history: ThroughputHistory, theme: Theme, clock: Clock
    ) -> None:
        super().__init__(QCoreApplication.translate("charts", chart.title))
        self.chart = chart
        self.redraws = 0
        """How often it was drawn anew."""
        self._history = history
        self._theme = theme
        self._clock = clock
        self._picture: Picture | None = None
        self._from_s = self._to_s = 0.0
        self._top = 0.0
        self._moment_s: float | None = None
        self._is_stale = True
        self.legend = Legend(theme, _MOST_SERIES)
        self._unit = ElidedLabel(QCoreApplication.translate("charts", chart.unit), role="muted")
        self._unit.setToolTip(self._unit.text())
        self._plot = self._make_plot()
        self._area = Area()
        self._plot.addItem(self._area.item, ignoreBounds=True)
        self._curves = [self._add_curve() for _ in range(_MOST_SERIES)]
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._threshold = pg.InfiniteLine(pos=chart.threshold or 0.0, angle=0, movable=False)
        for line in (self._cursor, self._threshold):
            self._plot.addItem(line, ignoreBounds=True)
        self._cursor.hide()
        self._threshold.setVisible(chart.threshold is not None)
        self._lay_out()
        theme.changed.connect(self._dress)
        clock.changed.connect(self.forget)
        self._dress()

    def forget(self) -> None:
        """Draw at the next occasion, whatever has changed."""
        self._is_stale = True

    def clear(self) -> None:
        """Another file is watched: nothing is known of it."""
        self._picture = None
        self.forget()

    def draw(self, now_s: float, window_s: float) -> None:
        """Draw the `window_s` seconds up to `now_s`, if a pixel would be another one."""
        pixel_s = window_s / max(1, self._width_px())
        to_s = math.ceil(now_s / pixel_s) * pixel_s
        if not self._is_stale and (to_s, to_s - window_s) == (self._to_s, self._from_s):
            return
        self._is_stale = False
        # The same stretch of time is the same picture, however long ago it has left the history.
        if self._picture is None or (to_s, to_s - window_s) != (self._to_s, self._from_s):
            self._to_s, self._from_s = to_s, to_s - window_s
            self._picture = self.chart.read(self._history, self._from_s, self._to_s)
        self._draw_axes()
        self._draw_curves()
        self._show_values()
        self.redraws += 1

    def set_moment(self, moment_s: float | None) -> None:
        """Show the values of this moment instead of the newest ones."""
        self._moment_s = moment_s
        self._cursor.setVisible(moment_s is not None)
        if moment_s is not None:
            self._cursor.setPos(moment_s)
        self._show_values()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the pointer over the plot."""
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
            self.hovered.emit(self._moment_at(event.position()))
        elif event.type() == QEvent.Type.Leave:
            self.hovered.emit(None)
        elif event.type() == QEvent.Type.Resize:
            self._top = 0.0  # other marks fit, and the grid lines have another length
            self.forget()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the moment that is read by the arrow keys."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if steps is None:
            super().keyPressEvent(event)
            return
        step_s = (self._to_s - self._from_s) / _KEY_STEPS
        moment_s = (self._to_s if self._moment_s is None else self._moment_s) + steps * step_s
        self.hovered.emit(min(max(moment_s, self._from_s), self._to_s))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show the newest values again."""
        super().focusOutEvent(event)
        self.hovered.emit(None)

    # Drawing

    def _draw_curves(self) -> None:
        series = self._picture.series if self._picture is not None else ()
        for place, curve in enumerate(self._curves):
            if self._picture is not None and place < len(series):
                x, y = decimate(self._picture.at_s, series[place].values, self._width_px())
                curve.setData(x, y, connect="finite")
            curve.setVisible(place < len(series))
        self._draw_area()

    def _draw_area(self) -> None:
        picture = self._picture
        if picture is None or not picture.series:
            self._area.item.hide()
            return
        place = picture.filled
        self._area.set_color(QColor(self._theme.colors.series[place]))
        self._area.draw(
            picture.at_s,
            picture.series[place].values,
            from_s=self._from_s,
            to_s=self._to_s,
            top=self._top,
            width_px=self._width_px(),
            height_px=self._height_px(),
        )

    def _draw_axes(self) -> None:
        chart = self.chart
        top = round_top(max(greatest(self._picture) * 1.05, chart.smallest_top))
        if top != self._top:
            self._top = top
            self._plot.setYRange(0, top, padding=0)
            marks = value_ticks(top, max(2, self._height_px() // self._px(_VALUE_TICK_HEIGHT_PX)))
            axis = self._plot.getAxis("left")
            axis.setStyle(tickLength=-self._width_px())
            axis.setTicks([[(mark, chart.text(mark)) for mark in marks]])
        self._plot.setXRange(self._from_s, self._to_s, padding=0)
        most = max(1, self._width_px() // self._px(_TIME_TICK_WIDTH_PX))
        # A time that would be cut off at the right edge is left out.
        edge_s = self._px(_TIME_TICK_WIDTH_PX) / 3 / self._width_px() * (self._to_s - self._from_s)
        marks = time_ticks(self._from_s, self._to_s - edge_s, most)
        with_seconds = any(mark % 60 for mark in marks)
        self._plot.getAxis("bottom").setTicks(
            [[(mark, self._time_text(mark, with_seconds)) for mark in marks]]
        )

    def _show_values(self) -> None:
        picture = self._picture
        if picture is None:
            self.legend.show_values(())
            return
        place = self._place_of(picture)
        self.legend.show_values(
            tuple(
                (series.name, self._value_text(series.values, place)) for series in picture.series
            )
        )
        self._plot.setAccessibleDescription(self.legend.text())

    def _place_of(self, picture: Picture) -> int | None:
        """Return the sample that is read: the nearest to the moment, or the newest."""
        if not len(picture.at_s):
            return None
        if self._moment_s is None:
            return len(picture.at_s) - 1
        distances = abs(picture.at_s - self._moment_s)
        nearest = int(distances.argmin())
        return nearest if distances[nearest] <= _NEAR_S else None

    def _value_text(self, values: Any, place: int | None) -> str:
        if place is None or not math.isfinite(values[place]):
            return "–"
        return self.chart.text(float(values[place]))

    def _time_text(self, at_s: float, with_seconds: bool) -> str:
        return self._clock.text(at_s * 1000, with_zone=False)[11 : 19 if with_seconds else 16]

    def _moment_at(self, position: QPointF) -> float | None:
        box = self._plot.getPlotItem().getViewBox()
        inside = self._plot.mapToScene(position.toPoint())
        if not box.sceneBoundingRect().contains(inside):
            return None
        return float(box.mapSceneToView(inside).x())

    # Making

    def _make_plot(self) -> Any:
        plot = pg.PlotWidget(background=None)
        plot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        plot.setMinimumSize(1, 1)
        plot.setFrameShape(plot.Shape.NoFrame)
        plot.setMouseEnabled(x=False, y=False)
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        plot.setFocusProxy(self)
        plot.setAccessibleName(self.title.text())
        plot.viewport().installEventFilter(self)
        item = plot.getPlotItem()
        item.setContentsMargins(0, self._px(_TICK_PX) / 2 + 1, 0, 0)
        item.getViewBox().setDefaultPadding(0)
        item.disableAutoRange()
        for name in ("left", "bottom"):
            plot.getAxis(name).setStyle(
                tickLength=0, autoExpandTextSpace=False, hideOverlappingLabels=False
            )
            # Its marks reach across the plot as grid lines: below the curves with them.
            plot.getAxis(name).setZValue(-1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return plot

    def _add_curve(self) -> Any:
        curve = pg.PlotCurveItem(antialias=False)
        self._plot.addItem(curve)
        return curve

    def _lay_out(self) -> None:
        self.header.takeAt(1)  # the stretch of the card: the unit fills that place
        self.header.addWidget(self._unit, 1)
        self.header.addWidget(self.legend)
        self.body.addWidget(self._plot, 1)

    def _dress(self) -> None:
        theme = self._theme
        colors = theme.colors
        font = theme.font(_TICK_PX)
        self._plot.setBackground(colors.panel)
        for name in ("left", "bottom"):
            axis = self._plot.getAxis(name)
            axis.setPen(pg.mkPen(colors.line))
            axis.setTextPen(pg.mkPen(colors.muted))
            axis.setTickFont(font)
        self._plot.getAxis("left").setWidth(self._px(_AXIS_WIDTH_PX))
        self._plot.getAxis("bottom").setHeight(self._px(2 * _TICK_PX))
        for curve, color in zip(self._curves, colors.series, strict=True):
            curve.setPen(pg.mkPen(color, width=1))
        self._cursor.setPen(pg.mkPen(colors.muted, width=1))
        self._threshold.setPen(pg.mkPen(colors.warn, width=1, style=Qt.PenStyle.DashLine))
        self._plot.setMinimumHeight(self._px(_SMALLEST_HEIGHT_PX))
        self._top = 0.0
        self.forget()

    def _px(self, pixels: float) -> int:
        return self._theme.px(pixels)

    def _width_px(self) -> int:
        return max(1, int(self._plot.width()) - self._px(_AXIS_WIDTH_PX))

    def _height_px(self) -> int:
        return max(1, int(self._plot.height()) - self._px(2 * _TICK_PX))
