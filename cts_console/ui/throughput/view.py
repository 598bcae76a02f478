"""Which stretch of time the charts show: so long, and up to now or up to an earlier moment."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Signal

SHORTEST_S: Final = 10.0
LONGEST_S: Final = 31 * 86_400.0
# Who comes as near as this part of the window to the present has arrived there.
_ARRIVED: Final = 0.02


class TimeView(QObject):
    """A window that follows the present until a person stops it."""

    changed = Signal()
    """Another stretch of time is to be shown."""

    def __init__(self, window_s: float, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window_s = window_s
        self._to_s: float | None = None

    @property
    def window_s(self) -> float:
        """How long the stretch is, seconds."""
        return self._window_s

    @property
    def is_following(self) -> bool:
        """Whether it ends now."""
        return self._to_s is None

    def to_s(self, now_s: float) -> float:
        """Return where it ends, seconds since the epoch."""
        return now_s if self._to_s is None else self._to_s

    def set_window(self, window_s: float) -> None:
        """Show so many seconds, up to the same moment."""
        self._show(window_s, self._to_s)

    def follow(self) -> None:
        """End now, and go on with the time."""
        self._show(self._window_s, None)

    def hold(self, now_s: float) -> None:
        """Stay where it is."""
        self._show(self._window_s, self.to_s(now_s))

    def zoom(self, factor: float, moment_s: float, now_s: float) -> None:
        """Show `factor` times as much; `moment_s` stays in its place, or the present does."""
        window_s = min(max(self._window_s * factor, SHORTEST_S), LONGEST_S)
        if self._to_s is None:
            self._show(window_s, None)
        else:
            after_s = (self._to_s - moment_s) * window_s / self._window_s
            self._move(window_s, moment_s + after_s, now_s)

    def pan(self, seconds: float, now_s: float) -> None:
        """Move by so many seconds, a negative number to what was earlier."""
        self._move(self._window_s, self.to_s(now_s) + seconds, now_s)

    def _move(self, window_s: float, to_s: float, now_s: float) -> None:
        """End at `to_s`; who arrives at the present follows it."""
        earliest_s, latest_s = now_s - LONGEST_S, now_s - _ARRIVED * window_s
        self._show(window_s, None if to_s >= latest_s else max(to_s, earliest_s))

    def _show(self, window_s: float, to_s: float | None) -> None:
        window_s = min(max(window_s, SHORTEST_S), LONGEST_S)
        if (window_s, to_s) != (self._window_s, self._to_s):
            self._window_s, self._to_s = window_s, to_s
            self.changed.emit()
