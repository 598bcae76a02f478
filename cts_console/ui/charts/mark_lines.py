"""Marks of moments in a chart: one curve object, however many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from cts_console.monitor.ring import FloatArray

_BELOW_CURVES = -50


class MarkLines:
    """Dashed lines from the foot of a plot to its top."""

    def __init__(self, plot: Any) -> None:
        self._curve = pg.PlotCurveItem(antialias=False)
        self._curve.setZValue(_BELOW_CURVES)
        plot.addItem(self._curve, ignoreBounds=True)
        self._moments: FloatArray = np.empty(0)
        self._top = 1.0

    def set_color(self, color: str) -> None:
        """Draw in another colour."""
        self._curve.setPen(pg.mkPen(color, width=1, style=Qt.PenStyle.DotLine))

    def set_moments(self, moments_s: FloatArray) -> None:
        """Mark these moments and no others."""
        if not np.array_equal(moments_s, self._moments):
            self._moments = moments_s
            self._draw()

    def set_top(self, top: float) -> None:
        """Reach up to another value."""
        if top != self._top:
            self._top = top
            self._draw()

    def _draw(self) -> None:
        at_s = np.repeat(self._moments, 2)
        values = np.tile([0.0, self._top], len(self._moments))
        self._curve.setData(at_s, values, connect="pairs")
