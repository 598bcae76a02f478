"""Which line of a file each row began on, kept for all rows in little memory."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise

_Steps = range | bytes | tuple[int, ...]


class RowLines:
    """Rows by their number, from 0, in the order in which they were added.

    Where every row has its own line this is a few numbers for the whole file; else a byte a row.
    """

    def __init__(self) -> None:
        self._rows = 0
        self._firsts: list[int] = []
        # Lines that follow each other as they are, else the first line and the steps to the others.
        self._spans: list[tuple[int, _Steps]] = []

    def add(self, lines: Sequence[int]) -> None:
        """Add the lines of the next rows."""
        if not lines:
            return
        if isinstance(lines, range) and lines.step == 1:
            before = self._spans[-1][1] if self._spans else None
            if isinstance(before, range) and before.stop == lines.start:
                self._spans[-1] = (before.start, range(before.start, lines.stop))
                self._rows += len(lines)
            else:
                self._append(lines.start, lines, len(lines))
            return
        steps = [later - earlier for earlier, later in pairwise(lines)]
        is_small = all(0 <= step < 256 for step in steps)
        self._append(lines[0], bytes(steps) if is_small else tuple(steps), len(lines))

    def _append(self, first: int, steps: _Steps, rows: int) -> None:
        self._firsts.append(self._rows)
        self._spans.append((first, steps))
        self._rows += rows

    def line_of(self, row: int) -> int:
        """Return the line of a row. Raises `IndexError` for one that was not added."""
        if not 0 <= row < self._rows:
            raise IndexError(row)
        place = bisect_right(self._firsts, row) - 1
        within = row - self._firsts[place]
        first, steps = self._spans[place]
        if isinstance(steps, range):
            return steps[within]
        return list(accumulate(steps[:within], initial=first))[-1]
