"""What a chart shows: lines over one time axis, or bars, and how many points a screen can show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cts_console.monitor.ring import FloatArray
    from cts_console.ui.throughput_history import ThroughputHistory


@dataclass(frozen=True, slots=True)
class Series:
    """One line."""

    name: str
    """For the legend, on one line; "" where the title says it."""
    values: FloatArray
    """One number per moment; NaN is unknown and leaves a gap."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What a chart shows of one stretch of time."""

    at_s: FloatArray
    """Moments, seconds since the epoch, rising."""
    series: tuple[Series, ...]
    """Its lines, at most as many as there are colours for them."""
    filled: int = 0
    """Under which of the lines the ground is painted."""


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart of the Throughput tab. To add one: one file, one line in `CHARTS`."""

    key: str
    """Its name in code and tests."""
    title: str
    """What is measured, untranslated."""
    unit: str
    """In what, and whose: "rows/s, inserts, all processes", untranslated."""
    read: Callable[[ThroughputHistory, float, float], Picture | None]
    """Reads the history from a moment to a moment, seconds since the epoch; None for nothing."""
    text: Callable[[float], str]
    """Writes a value."""
    needs_wal: bool = True
    """Whether it says something of databases in WAL mode alone."""
    threshold: float | None = None
    """A value that is drawn as a dashed line across; None for none."""
    smallest_top: float = 10.0
    """The top of the axis where all values are small."""
    is_wide: bool = False
    """Whether it has room for its legend beside its title."""
    shows_checkpoints: bool = False
    """Whether the moments at which the log started over are marked."""


@dataclass(frozen=True, slots=True)
class Bars:
    """What a chart of bars shows of one stretch of time."""

    bars: tuple[tuple[str, float], ...]
    """Names, on one line each, and shares of all, 0 to 1; the largest first."""
    rest: str
    """What is not in the bars, in words; "" for nothing."""


@dataclass(frozen=True, slots=True)
class BarsChart:
    """A chart of bars over the same stretch of time as the others."""

    key: str
    """Its name in code and tests."""
    title: str
    """What is measured, untranslated."""
    unit: str
    """Whose, and how well known, untranslated."""
    read: Callable[[ThroughputHistory, float, float], Bars]
    """Reads the history from a moment to a moment, seconds since the epoch."""
    needs_wal: bool = True
    """Whether it says something of databases in WAL mode alone."""


def decimate(at_s: FloatArray, values: FloatArray, pixels: int) -> tuple[FloatArray, FloatArray]:
    """Return the least and the greatest value of each pixel, where there are more points.

    A NaN among numbers of one pixel is left out; a pixel of NaN alone stays one.
    """
    import numpy as np

    size = len(at_s) // max(1, pixels)
    if size < 3:
        return at_s, values
    starts = np.arange(0, len(at_s), size)
    found = np.empty(2 * len(starts))
    found[0::2] = np.fmin.reduceat(values, starts)
    found[1::2] = np.fmax.reduceat(values, starts)
    return np.repeat(at_s[starts], 2), found


def greatest(picture: Picture | None, off: frozenset[str] = frozenset()) -> float:
    """Return the greatest known value of all lines but `off`; 0.0 where nothing is known."""
    import numpy as np

    found = 0.0
    for series in picture.series if picture is not None else ():
        if series.name in off:
            continue
        known = series.values[np.isfinite(series.values)]
        found = max(found, float(known.max()) if len(known) else 0.0)
    return found
