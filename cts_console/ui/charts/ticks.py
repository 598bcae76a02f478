"""Where an axis has its marks: round clock times, round numbers."""

from __future__ import annotations

import math
from typing import Final

_DAY_S: Final = 86_400
_TIME_STEPS_S: Final = (
    *(1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800),
    *(hours * 3600 for hours in (1, 2, 3, 6, 12)),
    *(days * _DAY_S for days in (1, 2, 7, 14, 30, 90, 180, 365, 730, 3650)),
)
_ROUND: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
_TOPS: Final = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


def time_ticks(from_s: float, to_s: float, most: int) -> list[float]:
    """Return at most `most` round moments between two, seconds since the epoch."""
    wanted_s = (to_s - from_s) / max(1, most)
    step_s = next((step for step in _TIME_STEPS_S if step >= wanted_s), _TIME_STEPS_S[-1])
    first = math.ceil(from_s / step_s)
    last = math.floor(to_s / step_s)
    return [float(number * step_s) for number in range(first, last + 1)]


def round_top(value: float) -> float:
    """Return a round number for the top of an axis that has to hold `value`."""
    return _round_up(value, _TOPS)


def value_ticks(top: float, most: int) -> list[float]:
    """Return at most `most` round numbers, at least two, from zero up to the round `top`."""
    step = _round_up(top / max(1, most - 1), _ROUND)
    if step > top:
        return [0.0, top]
    return [number * step for number in range(int(top / step + 1e-9) + 1)]


def _round_up(value: float, steps: tuple[float, ...]) -> float:
    if value <= 0 or not math.isfinite(value):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return float(next(step * power for step in steps if step * power >= value * (1 - 1e-9)))
