"""What was kept of earlier hours, as the arrays that charts read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cts_console.store import RESOLUTIONS_S, KeptSample
from cts_console.ui.throughput.columns import COUNTS, UNKNOWN, Column, kept_row

if TYPE_CHECKING:
    from cts_console.monitor.ring import FloatArray

# A longer pause between two samples is a gap in the line.
_GAP_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Past:
    """Kept samples of one stretch of time."""

    from_s: float
    """Where the stretch begins, seconds since the epoch."""
    to_s: float
    """Where it ends."""
    resolution_s: int
    """How long one sample is at least."""
    samples: FloatArray
    """As `Column` says, one line for each."""
    rows: FloatArray
    """Moments, then rows per second, one line for each of `tables`; NaN where nobody counted."""
    tables: tuple[str, ...]
    """Tables that grew."""
    pages: FloatArray
    """Moments, then pages written, one line for each of `written`."""
    written: tuple[str, ...]
    """Tables that were written; "" is what is not known."""


def resolution_for(window_s: float) -> int:
    """Return how long a sample may be in a picture of so many seconds."""
    return next((r for r in RESOLUTIONS_S if window_s <= 3600 * r), RESOLUTIONS_S[-1])


def make_past(kept: Sequence[KeptSample], from_s: float, to_s: float, resolution_s: int) -> Past:
    """Return the arrays of samples that were kept of a time."""
    import numpy as np

    rows = [kept_row(sample) for sample in kept]
    ends_s = [row[Column.AT_S] for row in rows]
    gaps = _find_gaps([sample.at_ms / 1000 for sample in kept], ends_s, resolution_s)
    tables, written = _names(kept, _rows_of), _names(kept, _pages_of)
    samples = _with_gaps(np.array(rows, dtype=float).reshape(len(rows), len(Column)).T, gaps)
    for column in COUNTS:
        samples[column] = np.nan_to_num(samples[column])
    return Past(
        from_s,
        to_s,
        resolution_s,
        samples,
        _with_gaps(_by_table(ends_s, kept, tables, _row_rates), gaps),
        tables,
        _by_table(ends_s, kept, written, _pages_of),
        written,
    )


def _rows_of(kept: KeptSample) -> Mapping[str, float]:
    return kept.rows


def _pages_of(kept: KeptSample) -> Mapping[str, float]:
    return {**kept.pages, "": kept.pages_unknown}


def _row_rates(kept: KeptSample) -> Mapping[str, float] | None:
    if not kept.rows_s:
        return None
    return {table: rows / kept.rows_s for table, rows in kept.rows.items()}


def _names(
    kept: Sequence[KeptSample], read: Callable[[KeptSample], Mapping[str, float]]
) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for sample in kept for name in read(sample)))


def _by_table(
    ends_s: Sequence[float],
    kept: Sequence[KeptSample],
    names: tuple[str, ...],
    read: Callable[[KeptSample], Mapping[str, float] | None],
) -> FloatArray:
    import numpy as np

    made: FloatArray = np.zeros((1 + len(names), len(kept)))
    made[0] = ends_s
    places = {name: 1 + place for place, name in enumerate(names)}
    for number, sample in enumerate(kept):
        values = read(sample)
        if values is None:
            made[1:, number] = UNKNOWN
            continue
        for name, value in values.items():
            made[places[name], number] = value
    return made


def _find_gaps(
    begins_s: Sequence[float], ends_s: Sequence[float], resolution_s: int
) -> list[tuple[int, float]]:
    """Return (place of the sample after it, moment) for every step of the time without samples."""
    gaps: list[tuple[int, float]] = []
    for place in range(1, len(begins_s)):
        missing_s = begins_s[place] - ends_s[place - 1]
        if missing_s > resolution_s + _GAP_S:
            steps = int(missing_s / resolution_s)
            step_s = missing_s / (steps + 1)
            gaps += [(place, ends_s[place - 1] + step_s * (1 + n)) for n in range(steps)]
    return gaps


def _with_gaps(lines: FloatArray, gaps: Sequence[tuple[int, float]]) -> FloatArray:
    """Put moments of which nothing is known where there are no samples.

    One for each step: a line that is made shorter for the screen keeps its gaps by them.
    """
    import numpy as np

    if not gaps:
        return lines
    places = [place for place, _ in gaps]
    made: FloatArray = np.insert(lines, places, UNKNOWN, axis=1)
    made[0, np.array(places) + np.arange(len(gaps))] = [moment_s for _, moment_s in gaps]
    return made
