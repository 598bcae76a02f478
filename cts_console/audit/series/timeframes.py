"""The timeframes of the CTS vocabulary and the grid on which their candles open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS


@dataclass(frozen=True, slots=True)
class Timeframe:
    """One length of candle."""

    name: str
    """As it is written: `5m`."""
    step_ms: int
    """From one opening to the next; of a month the longest."""
    origin_ms: int = 0
    """An instant of the grid, milliseconds since the epoch, UTC."""
    by_month: bool = False
    """Whether candles open with the calendar's months."""


_UNITS: Final = {"s": 1000, "m": MINUTE_MS, "h": HOUR_MS, "d": DAY_MS}
_NAMES: Final = "1s 1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 3d"
# Weeks begin on a Monday; 1970-01-05 was one.
_TIMEFRAMES: Final = {
    name: Timeframe(name, int(name[:-1]) * _UNITS[name[-1]]) for name in _NAMES.split()
} | {
    "1w": Timeframe("1w", 7 * DAY_MS, origin_ms=4 * DAY_MS),
    "1M": Timeframe("1M", 31 * DAY_MS, by_month=True),
}


def read_timeframe(name: object) -> Timeframe | None:
    """Return the timeframe of this name, or None where it is none of the vocabulary."""
    return _TIMEFRAMES.get(name) if isinstance(name, str) else None
