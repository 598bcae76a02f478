"""When the next commit is due: an even flow, or bursts with silence in between."""

from __future__ import annotations

import math
from typing import Final

PERIOD_S: Final = 2.0
"""A burst and the silence after it, together."""
# What was not written while a lock or the machine was busy is caught up on only so far.
_MOST_BEHIND_S: Final = 2.0


class Pace:
    """Spreads rows over time; times are seconds of any clock that only goes forward."""

    def __init__(self, rows_per_s: float, burst: float, start_s: float) -> None:
        self._rows_per_s = rows_per_s
        self._burst = burst
        self._start_s = start_s
        self._rows = 0

    def count(self, rows: int) -> None:
        """Say that so many rows were written."""
        self._rows += rows

    def next_s(self, now_s: float) -> float:
        """Return when the next rows are due; a time that is over means now."""
        if not self._rows_per_s:
            return now_s
        periods, rest = divmod(self._rows, self._rows_per_s * PERIOD_S)
        within_s = rest / (self._rows_per_s * self._burst)
        due_s = self._start_s + periods * PERIOD_S + within_s
        behind_s = now_s - due_s - _MOST_BEHIND_S
        if behind_s > 0:
            # Whole periods, so that the bursts keep their beat.
            self._start_s += math.ceil(behind_s / PERIOD_S) * PERIOD_S
        return due_s
