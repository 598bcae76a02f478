"""Questions to a series of candles as functions of numpy arrays, in order of time.

A value that is not known is NaN. It never makes a candle suspicious by itself, and hides no other
value of the same candle.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cts_console.audit.series.timeframes import DAY_MS, Timeframe

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]

NEIGHBOURS: Final = 10
"""Candles on either side that an outlier is held against."""
RETURN: Final = 3
"""How many candles an outlier may last; a move that stays longer is one of the market."""
FROZEN: Final = 10
"""Equal candles with volume, one after the other, that no market makes."""
# Nothing but what binary numbers lose: a high is the highest price itself.
_NOISE: Final = 1e-9
_JUMP: Final = math.log(1.5)
_HIGHEST_Z: Final = 8.0
# Of a normal distribution: the median absolute deviation is this part of the standard deviation.
_MAD_TO_SIGMA: Final = 0.6745
_TICKS: Final = 10
_LEAST_MAD: Final = 1e-6
# Traded around a gap, as a part of what the series trades on average: "about nothing".
_QUIET: Final = 1e-3


def missing_slots(times: Floats, timeframe: Timeframe) -> Floats:
    """Return how many slots are empty between each candle and the one before, for all but one."""
    if timeframe.by_month:
        return np.diff(_months(times)).astype(np.float64) - 1
    return np.rint(np.diff(times) / timeframe.step_ms) - 1


def residuals(times: Floats, timeframe: Timeframe) -> Floats:
    """Return by how many milliseconds each candle lies off the grid of UTC."""
    if timeframe.by_month:
        return times - _months(times).astype("datetime64[M]").astype("datetime64[ms]").astype(
            np.float64
        )
    return np.mod(times - timeframe.origin_ms, timeframe.step_ms)


def _months(times: Floats) -> NDArray[np.int64]:
    """Return the month whose beginning is nearest, counted from 1970."""
    middle = (times + 15 * DAY_MS).astype("datetime64[ms]")
    return middle.astype("datetime64[M]").astype(np.int64)


def common_offset(off: Floats) -> float:
    """Return the residual of most of a series' candles; 0 where they share none."""
    values, counts = np.unique(off, return_counts=True)
    best = int(np.argmax(counts)) if counts.size else 0
    shared = counts.size > 0 and counts[best] >= 3 and 2 * counts[best] > off.size
    return float(values[best]) if shared else 0.0


def quiet(volumes: Floats, at: Places, width: int, earlier: tuple[float, int]) -> Flags:
    """Return at which of the gaps in front of `at` next to nothing is traded.

    The `width` candles on either side are held against all candles before the gap; `earlier` is
    the volume of those that came before `volumes`, and how many they are.
    """
    sums = np.concatenate(([0.0], np.cumsum(np.nan_to_num(volumes))))
    first, last = np.maximum(at - width, 0), np.minimum(at + width, volumes.size)
    around = sums[last] - sums[first]
    mean = (earlier[0] + sums[at]) / (earlier[1] + at)
    return np.asarray(around <= _QUIET * mean * (last - first))


def contradictions(opens: Floats, highs: Floats, lows: Floats, closes: Floats) -> Flags:
    """Return which candles say a high or a low that their other prices contradict."""
    below = highs < np.fmax(opens, closes) * (1 - _NOISE)
    above = lows > np.fmin(opens, closes) * (1 + _NOISE)
    return below | above | (highs < lows * (1 - _NOISE))


def moved(opens: Floats, closes: Floats) -> Flags:
    """Return which candles end at another price than they began."""
    return np.abs(opens - closes) > _NOISE * np.abs(opens)


def same_as_before(values: Floats) -> Flags:
    """Return for all columns but the first whether it equals the one before it."""
    return np.asarray((values[:, 1:] == values[:, :-1]).all(axis=0))


def outliers(
    closes: Floats, first: int, last: int, price_tick: float | None
) -> tuple[Places, Floats]:
    """Return where a close of `closes[first:last]` leaves its neighbours and comes back, and its z.

    A close is one where it is 1.5 times away from one of the three before it and one of the three
    after it, where its robust z among 21 logarithms of closes is beyond 8, and where at most three
    closes lie between two that are less than half as far from the median.
    """
    with np.errstate(all="ignore"):
        logs = np.log(closes)
        at = first + np.flatnonzero(_spikes(logs)[first:last])
        if not at.size:
            return at, np.empty(0)
        centre, z = _robust_z(logs, at, price_tick)
        far = np.abs(logs[at] - centre)
        before = _first_back(_windows(logs, at, -RETURN, -1)[:, ::-1], centre, far)
        after = _first_back(_windows(logs, at, 1, RETURN), centre, far)
        kept = (before + after - 1 <= RETURN) & (np.abs(z) > _HIGHEST_Z)
        return at[kept], z[kept]


def _first_back(others: Floats, centre: Floats, far: Floats) -> Floats:
    """Return how many candles away the first is that lies half as far from the centre."""
    back = np.abs(others - centre[:, None]) < far[:, None] / 2
    return np.where(back.any(axis=1), np.argmax(back, axis=1) + 1.0, np.inf)


def _spikes(logs: Floats) -> Flags:
    """Return which values stand out from one of the three before and one of the three after."""
    steps = np.abs(np.diff(logs))
    # Nothing can be that far away within three candles: the usual case, at a tenth of the price.
    if not (steps > _JUMP / RETURN).any() and not np.isnan(steps).any():
        return np.zeros(logs.size, dtype=np.bool_)
    places = np.arange(logs.size)
    before, after = _windows(logs, places, -RETURN, -1), _windows(logs, places, 1, RETURN)
    up = _least(logs, before) > _JUMP
    down = _least(-logs, -before) > _JUMP
    return (up & (_least(logs, after) > _JUMP)) | (down & (_least(-logs, -after) > _JUMP))


def _least(logs: Floats, others: Floats) -> Floats:
    """Return how far each value is above the lowest of its others; NaN where it has none."""
    return np.asarray(logs - np.fmin.reduce(others, axis=1))


def _windows(logs: Floats, at: Places, first: int, last: int) -> Floats:
    """Return for each place the values from `first` to `last` places away; NaN outside."""
    places = at[:, None] + np.arange(first, last + 1)
    inside = (places >= 0) & (places < logs.size)
    return np.where(inside, logs[np.clip(places, 0, logs.size - 1)], np.nan)


def _robust_z(logs: Floats, at: Places, price_tick: float | None) -> tuple[Floats, Floats]:
    """Return the median around each place and the robust z of the value there.

    The z is 0 where fewer than `NEIGHBOURS` others are known.
    """
    around = _windows(logs, at, -NEIGHBOURS, NEIGHBOURS)
    centre = _medians(around)
    spread = _medians(np.abs(around - centre[:, None]))
    least = _LEAST_MAD if price_tick is None else _TICKS * price_tick / np.exp(centre)
    z = _MAD_TO_SIGMA * (logs[at] - centre) / np.where(spread > 0, spread, least)
    known = np.count_nonzero(~np.isnan(around), axis=1) > NEIGHBOURS
    return centre, np.where(known, z, 0.0)


def _medians(windows: Floats) -> Floats:
    """Return the median of each row, NaN left out."""
    ordered = np.sort(windows, axis=1)
    known = np.count_nonzero(~np.isnan(windows), axis=1)
    rows = np.arange(len(ordered))
    low, high = np.maximum(known - 1, 0) // 2, np.minimum(known // 2, windows.shape[1] - 1)
    return np.asarray((ordered[rows, low] + ordered[rows, high]) / 2)
