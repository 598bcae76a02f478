"""One chart over time on pyqtgraph. Import it lazily: pyqtgraph takes half a second to load.

What keeps it cheap (`engineering.md` section 5): one curve per series for good, a pen of one
pixel, no antialiasing, points decimated to pixels, one area as an image, both ranges set by us, and
no redraw in which no pixel would change.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from cts_console.ui.charts.area import Area
from cts_console.ui.charts.card import ChartCard
from cts_console.ui.charts.legend import Legend
from cts_console.ui.charts.mark_lines import MarkLines
from cts_console.ui.charts.picture import Chart, Picture, decimate, greatest
from cts_console.ui.charts.pointer import ZOOM_STEP, PlotPointer
from cts_console.ui.charts.ticks import round_top, time_ticks, value_ticks
from cts_console.ui.clock import Clock
from cts_console.ui.theme import Theme
from cts_console.ui.throughput_history import ThroughputHistory

if TYPE_CHECKING:
    from cts_console.monitor.ring import FloatArray

_MOST_SERIES: Final = 5
_TICK_PX: Final = 11
_TIME_TICK_WIDTH_PX: Final = 90
_VALUE_TICK_HEIGHT_PX: Final = 34
_AXIS_WIDTH_PX: Final = 64
_SMALLEST_HEIGHT_PX: Final = 96
# A value is the one of the nearest sample, unless that is further away than this.
_NEAR_S: Final = 5.0
_KEY_STEPS: Final = 120


class TimeChart(ChartCard):
    """Shows one `Chart` of the history; the moment under the pointer is shared by all charts."""

    def __init__(
        self, chart: Chart, history: ThroughputHistory, theme: Theme, clock: Clock
    ) -> None:
        super().__init__(chart, history, theme)
        self._chart = chart
        self._clock = clock
        self._picture: Picture | None = None
        self._off: frozenset[str] = frozenset()
        self._top = 0.0
        self._moment_s: float | None = None
        self.legend = Legend(theme, _MOST_SERIES, is_wide=chart.is_wide, can_toggle=True)
        self.legend.toggled.connect(self.set_series_on)
        self._plot = self._make_plot()
        self._pointer = PlotPointer(self, self._plot)
        self._area = Area()
        self._plot.addItem(self._area.item, ignoreBounds=True)
        self._marks = MarkLines(self._plot)
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

    def clear(self) -> None:
        """Read anew: another file is watched, or more is known of the past."""
        self._picture = None
        super().clear()

    def draw(self, to_s: float, window_s: float) -> None:
        """Draw the `window_s` seconds up to `to_s`, if a pixel would be another one."""
        pixel_s = window_s / max(1, self._width_px())
        to_s = math.ceil(to_s / pixel_s) * pixel_s
        is_same = (to_s, to_s - window_s) == (self.to_s, self.from_s)
        if not self.is_stale and is_same:
            return
        self.is_stale = False
        # The same stretch of time is the same picture, however long ago it has left the history.
        if self._picture is None or not is_same:
            self.to_s, self.from_s = to_s, to_s - window_s
            self._picture = self._chart.read(self.history, self.from_s, self.to_s)
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

    def set_marks(self, marks_s: FloatArray) -> None:
        """Mark these moments by a line from top to bottom."""
        self._marks.set_moments(marks_s)

    def set_series_on(self, name: str, is_on: bool) -> None:
        """Draw a series, or leave it out."""
        self._off = self._off - {name} if is_on else self._off | {name}
        self._top = 0.0
        self.forget()
        self.draw(self.to_s, self.to_s - self.from_s)

    def text(self) -> str:
        """Return what it shows, for who cannot see it."""
        return self.legend.text()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw anew: other marks fit, and the grid lines have another length."""
        super().resizeEvent(event)
        self._top = 0.0
        self.forget()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Read a moment by left and right, zoom by up and down, go through time by the pages."""
        key, window_s = Qt.Key(event.key()), self.to_s - self.from_s
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step_s = window_s / _KEY_STEPS * (1 if key == Qt.Key.Key_Right else -1)
            moment_s = (self.to_s if self._moment_s is None else self._moment_s) + step_s
            self.hovered.emit(min(max(moment_s, self.from_s), self.to_s))
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            factor = ZOOM_STEP if key == Qt.Key.Key_Down else 1 / ZOOM_STEP
            self.zoomed.emit(factor, self.to_s if self._moment_s is None else self._moment_s)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.panned.emit(window_s / 2 * (1 if key == Qt.Key.Key_PageDown else -1))
        elif key == Qt.Key.Key_End:
            self.followed.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show the newest values again."""
        super().focusOutEvent(event)
        self.hovered.emit(None)

    # Drawing

    def _draw_curves(self) -> None:
        series = self._picture.series if self._picture is not None else ()
        for place, curve in enumerate(self._curves):
            is_on = place < len(series) and series[place].name not in self._off
            if self._picture is not None and is_on:
                x, y = decimate(self._picture.at_s, series[place].values, self._width_px())
                curve.setData(x, y, connect="finite")
            curve.setVisible(is_on)
        self._draw_area()

    def _draw_area(self) -> None:
        picture = self._picture
        place = -1 if picture is None or not picture.series else picture.filled
        if picture is None or place < 0 or picture.series[place].name in self._off:
            self._area.item.hide()
            return
        self._area.set_color(QColor(self.theme.colors.series[place]))
        self._area.draw(
            picture.at_s,
            picture.series[place].values,
            from_s=self.from_s,
            to_s=self.to_s,
            top=self._top,
            width_px=self._width_px(),
            height_px=self._height_px(),
        )

    def _draw_axes(self) -> None:
        chart = self._chart
        top = round_top(max(greatest(self._picture, self._off) * 1.05, chart.smallest_top))
        if top != self._top:
            self._top = top
            self._plot.setYRange(0, top, padding=0)
            marks = value_ticks(top, max(2, self._height_px() // self._px(_VALUE_TICK_HEIGHT_PX)))
            axis = self._plot.getAxis("left")
            axis.setStyle(tickLength=-self._width_px())
            axis.setTicks([[(mark, chart.text(mark)) for mark in marks]])
        self._marks.set_top(top)
        self._plot.setXRange(self.from_s, self.to_s, padding=0)
        most = max(1, self._width_px() // self._px(_TIME_TICK_WIDTH_PX))
        # A time that would be cut off at the right edge is left out.
        edge_s = self._px(_TIME_TICK_WIDTH_PX) / 3 / self._width_px() * (self.to_s - self.from_s)
        marks = time_ticks(self.from_s, self.to_s - edge_s, most)
        with_seconds = any(mark % 60 for mark in marks)
        self._plot.getAxis("bottom").setTicks(
            [[(mark, self._time_text(mark, with_seconds)) for mark in marks]]
        )

    def _show_values(self) -> None:
        picture = self._picture
        if picture is None:
            self.legend.show_values((), self._off)
            return
        place = self._place_of(picture)
        self.legend.show_values(
            tuple(
                (series.name, self._value_text(series.values, place)) for series in picture.series
            ),
            self._off,
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
        return nearest if distances[nearest] <= self._near_s() else None

    def _near_s(self) -> float:
        """Return how far away a sample may be that is read: kept ones are longer."""
        return max(_NEAR_S, (self.to_s - self.from_s) / _KEY_STEPS)

    def _value_text(self, values: Any, place: int | None) -> str:
        if place is None or not math.isfinite(values[place]):
            return "–"
        return self._chart.text(float(values[place]))

    def _time_text(self, at_s: float, with_seconds: bool) -> str:
        return self._clock.text(at_s * 1000, with_zone=False)[11 : 19 if with_seconds else 16]

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
        (self.header if self._chart.is_wide else self.body).addWidget(self.legend)
        self.body.addWidget(self._plot, 1)

    def _dress(self) -> None:
        theme = self.theme
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
        self._marks.set_color(colors.info)
        self._threshold.setPen(pg.mkPen(colors.warn, width=1, style=Qt.PenStyle.DashLine))
        self._plot.setMinimumHeight(self._px(_SMALLEST_HEIGHT_PX))
        self._top = 0.0
        self.forget()

    def _px(self, pixels: float) -> int:
        return self.theme.px(pixels)

    def _width_px(self) -> int:
        return max(1, int(self._plot.width()) - self._px(_AXIS_WIDTH_PX))

    def _height_px(self) -> int:
        return max(1, int(self._plot.height()) - self._px(2 * _TICK_PX))
