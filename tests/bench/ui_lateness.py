"""How late the thread of the user interface is, measured by a timer in it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer

TICK_MS = 10


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late the ticks of a timer came, in milliseconds."""

    ticks: int
    """How many were measured."""
    p50_ms: float
    """Half of them came no later."""
    p95_ms: float
    """95 of 100 came no later."""
    p99_ms: float
    """99 of 100 came no later."""
    most_ms: float
    """The latest."""


class LatenessTimer(QObject):
    """Ticks every 10 ms and keeps how much later than that each tick came."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._late_ms: list[float] = []
        self._last_s = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._on_tick)

    @property
    def ticks(self) -> int:
        """How many ticks have been measured."""
        return len(self._late_ms)

    def start(self) -> None:
        """Begin to measure anew."""
        self._late_ms.clear()
        self._last_s = time.perf_counter()
        self._timer.start()

    def stop(self) -> Lateness:
        """End, and return what was measured; a tick that is still owed counts as late as it is."""
        self._timer.stop()
        self._on_tick()
        ordered = sorted(self._late_ms)

        def at(part: float) -> float:
            return ordered[min(len(ordered) - 1, int(part * len(ordered)))]

        return Lateness(len(ordered), at(0.50), at(0.95), at(0.99), ordered[-1])

    def _on_tick(self) -> None:
        now_s = time.perf_counter()
        self._late_ms.append(max(0.0, (now_s - self._last_s) * 1000 - TICK_MS))
        self._last_s = now_s
