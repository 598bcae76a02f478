"""Candles as series, one per pair and timeframe, read once for all rules about their order.

`CANDLES` is the reading, `read_candles` what a rule gets of it. numpy is loaded by the reading
alone, and only where there are candles.
"""

from __future__ import annotations

from cts_console.audit.series.answer import Candles, read_candles
from cts_console.audit.series.pairs import Pair, read_pairs
from cts_console.audit.series.plan import CANDLES, SERIES_SQL, check_order, is_indexed
from cts_console.audit.series.result import Series, Sightings
from cts_console.audit.series.timeframes import Timeframe, read_timeframe

__all__ = [
    "CANDLES",
    "SERIES_SQL",
    "Candles",
    "Pair",
    "Series",
    "Sightings",
    "Timeframe",
    "check_order",
    "is_indexed",
    "read_candles",
    "read_pairs",
    "read_timeframe",
]
