"""Collect garbage in the user-interface thread only.

Python runs its cycle collector in whichever thread makes the object that crosses the threshold. A
Qt object that is part of a cycle (pyqtgraph makes such cycles) would then be destroyed in a worker
thread, which Qt does not survive. So the automatic collection is off while the window lives, and a
timer of the window's thread does the same work with the same thresholds.
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS: Final = 1_000


class GarbageCollector(QObject):
    """Takes the collection over while it lives; `stop` gives it back."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        # What the start made stays: nothing of it is worth looking at again.
        gc.freeze()
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def stop(self) -> None:
        """Let Python collect by itself again; only once every other thread has ended."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def _collect(self) -> None:
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation]:
                gc.collect(generation)
                return
