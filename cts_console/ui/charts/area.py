"""The ground under one line of a chart, at a cost that does not depend on the line.

A filled path took 10 to 40 ms a frame where the line goes up and down; an image of one byte per
pixel, made by numpy, takes 2 to 3 ms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor

if TYPE_CHECKING:
    from cts_console.monitor.ring import FloatArray

_ALPHA: Final = 36
_BELOW_ALL: Final = -100


class Area:
    """An image item that shows what lies between a line and zero."""

    def __init__(self) -> None:
        self.item: Any = pg.ImageItem(axisOrder="row-major")
        self.item.setZValue(_BELOW_ALL)
        self._table = np.zeros((2, 4), dtype=np.uint8)

    def set_color(self, color: QColor) -> None:
        """Paint in this colour, mostly transparent."""
        self._table[1] = (color.red(), color.green(), color.blue(), _ALPHA)

    def draw(
        self,
        at_s: FloatArray,
        values: FloatArray,
        *,
        from_s: float,
        to_s: float,
        top: float,
        width_px: int,
        height_px: int,
    ) -> None:
        """Fill the ground under a line in a frame of so many pixels."""
        if not len(at_s):
            self.item.hide()
            return
        columns = np.linspace(from_s, to_s, width_px)
        heights = np.interp(columns, at_s, values, left=np.nan, right=np.nan)
        rows = (np.arange(height_px) * (top / height_px))[:, None]
        self.item.setImage(
            (rows < heights[None, :]).astype(np.uint8), lut=self._table, levels=(0, 1)
        )
        self.item.setRect(from_s, 0.0, to_s - from_s, top)
        self.item.show()
