"""A steady bar and a steady guess of the time left, from pages that are told in fits and starts."""

from __future__ import annotations

import math
from typing import Final

# Before that a guess would only jump.
_GUESS_AFTER_S: Final = 1.0
_LEAST_SHARE: Final = 0.02
# The guess follows within a third of the time that is left: hours do not jump, the last seconds do
# not stand still.
_FOLLOW_SHARE: Final = 1 / 3
_FASTEST_S: Final = 0.5


class Pace:
    """How far one piece of work is, and when it will have ended."""

    def __init__(self) -> None:
        self._began_s: float | None = None
        self._looked_s = 0.0
        self._ends_s: float | None = None
        self.share = 0.0
        """How much is done, 0 to 1; it never goes back, though more work may turn up."""

    def take(self, done: int, total: int, now_s: float) -> None:
        """Take what is done of what there is, at a moment of the monotonic clock."""
        if total <= 0:
            return
        if self._began_s is None:
            self._began_s = self._looked_s = now_s
        share = min(1.0, done / total)
        self.share = max(self.share, share)
        elapsed_s = now_s - self._began_s
        if elapsed_s < _GUESS_AFTER_S or share < _LEAST_SHARE:
            return
        ends_s = now_s + elapsed_s * (1 - share) / share
        if self._ends_s is None:
            self._ends_s = ends_s
        else:
            follow_s = max(_FASTEST_S, (ends_s - now_s) * _FOLLOW_SHARE)
            weight = 1 - math.exp((self._looked_s - now_s) / follow_s)
            self._ends_s += weight * (ends_s - self._ends_s)
        self._looked_s = now_s

    def left_s(self, now_s: float) -> float | None:
        """Return the seconds that are left; None while nobody can tell."""
        if self._ends_s is None or self.share >= 1.0:
            return None
        return max(1.0, self._ends_s - now_s)


def left_text(seconds: float) -> str:
    """Return a time left in steps that a person would make: 7 s, 25 s, 4 min."""
    if seconds < 10:
        return f"{math.ceil(seconds)} s"
    if seconds < 57.5:
        return f"{round(seconds / 5) * 5} s"
    return f"{max(1, round(seconds / 60))} min"
