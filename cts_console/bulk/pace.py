"""How long a slice goes on: it ends by the clock, before what comes at its end would be too late.

A slice writes its rows in small pieces and asks before each whether there is time for it. What
follows the last one within the lock, keeping the changes and the COMMIT, waits for the disk and
takes as long as it takes: as much is left for it as it took of late. A slow moment makes the next
slices short at once, and they grow again by and by.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from cts_console.maintenance import SLICE_S

# Less than half of what the gate allows: the rest is for a moment of the disk that nobody foresaw.
_AIM_S: Final = 0.4 * SLICE_S
# A piece takes an eighth of that: so late at most it is noticed that rows have become slower.
_PIECE_S: Final = _AIM_S / 8
_FIRST_ROWS: Final = 4
MOST_ROWS: Final = 5_000
"""Rows of the longest slice."""
# What was slow counts in full at once, and then for less and less.
_KEPT: Final = 0.7


class Pace:
    """The sizes of the slices of one batch; `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._began_s = self._piece_began_s = 0.0
        self._rows = self._piece = 0
        self._row_s = _PIECE_S / _FIRST_ROWS
        self._end_s = _AIM_S / 2

    def begin(self) -> None:
        """The lock is held from here on."""
        self._began_s = self._piece_began_s = self._clock()
        self._rows = 0

    def next_rows(self) -> int:
        """Return how many rows may be written now; 0 where the slice must end.

        The first time at least one, so that every slice gets on.
        """
        left_s = _AIM_S - self._end_s - (self._clock() - self._began_s)
        rows = int(min(left_s, _PIECE_S) / self._row_s)
        return max(0 if self._rows else 1, min(rows, MOST_ROWS - self._rows))

    def wrote(self, rows: int) -> None:
        """So many rows were written since."""
        now_s = self._clock()
        # No piece is more than twice as long as the one before: fast ones prove little.
        row_s = max((now_s - self._piece_began_s) / rows, self._row_s / 2, 1e-7)
        self._row_s = max(row_s, self._row_s * _KEPT)
        self._piece_began_s = now_s
        self._rows += rows

    def end(self) -> float:
        """The lock is given back: return for how many seconds it was held."""
        now_s = self._clock()
        self._end_s = max(now_s - self._piece_began_s, self._end_s * _KEPT)
        return now_s - self._began_s
