"""What one pass over a series of candles found, one field per question."""

from __future__ import annotations

from dataclasses import dataclass

from cts_console.audit.series.timeframes import Timeframe
from cts_console.sqlite import Row, SqliteValue


@dataclass(frozen=True, slots=True)
class Sightings:
    """How often something was seen, and the first times."""

    total: int
    """How often."""
    rows: tuple[Row, ...]
    """Some of them, the first ones; none where other series have filled the evidence."""


@dataclass(frozen=True, slots=True)
class Series:
    """One series: a pair's candles of one timeframe in order of time.

    Rows of candles are `id, open_time, open, high, low, close, volume, trade_count`.
    """

    pair: SqliteValue
    """`market_data.trading_pair_id`."""
    name: SqliteValue
    """`market_data.timeframe`."""
    timeframe: Timeframe | None
    """Its grid; None for a name that is none of the vocabulary."""
    candles: int
    """Candles that were read, repeated ones not counted."""
    unreadable: int
    """Rows whose opening time is no instant in milliseconds; they are left out of the rest."""
    without_volume: int
    """Candles without volume."""
    missing: int
    """Slots without a candle, over all gaps."""
    gaps: Sightings
    """Gaps: last candle before, first candle after, missing slots."""
    quiet_gaps: int
    """Gaps that are not counted, because next to nothing was traded around them."""
    repeated: Sightings
    """Candles of a slot that has one already."""
    contradictions: Sightings
    """Candles whose high and low do not hold their open and close."""
    outliers: Sightings
    """Candles whose close leaves its neighbours and comes back; last value: robust z."""
    offset_ms: int
    """By how much the whole series lies off the grid."""
    off_grid: Sightings
    """Candles that lie off the grid of the series."""
    moved_without_volume: Sightings
    """Candles without volume that end at another price than they began; none where no candle has
    volume."""
    volume_without_trades: Sightings
    """Candles with volume and without trades; none where fewer than half say how many trades."""
    frozen: Sightings
    """Runs of equal candles with volume: first candle's id, its time, the last one's, length."""
