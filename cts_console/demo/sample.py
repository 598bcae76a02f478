"""The two sample files that the program ships, read as they are.

Both are public market records without a personal trait; `cts_console.demo` says what is made of
each column.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from cts_console.paths import resources_dir

CANDLE_MS = 300_000
"""Five minutes, the step of the sample candles, in milliseconds."""


class Candle(NamedTuple):
    """One five-minute candle of the sample."""

    symbol: str
    """`ADA/BTC` and the like, base before quote."""
    open_time: int
    """Start of the five minutes, milliseconds since the epoch, UTC."""
    open: float
    """Quote units per base unit, as the next three."""
    high: float
    low: float
    close: float
    volume: float
    """Base units."""


class Execution(NamedTuple):
    """One execution of the sample: here, one fill of the demo's account."""

    exchange_id: str
    """The exchange's number of the execution."""
    executed_at: int
    """Milliseconds since the epoch, UTC."""
    side: str
    """`buy` or `sell`."""
    price: float
    """ETH per XRP."""
    amount: int
    """XRP; every amount of the sample is a whole number, so sums are exact."""
    cost: float
    """ETH."""


def read_candles() -> list[Candle]:
    """Return the 57,546 candles, ordered by time and then by symbol."""
    candles = [
        Candle(symbol, int(time), *map(float, prices_and_volume))
        for symbol, time, *prices_and_volume in _read_rows("candles_5m.csv.gz")
    ]
    candles.sort(key=lambda candle: (candle.open_time, candle.symbol))
    return candles


def read_executions() -> list[Execution]:
    """Return the 12,477 executions in the order in which the exchange numbered them."""
    return [
        Execution(number, int(time), side, float(price), int(float(amount)), float(cost))
        for number, _, time, side, price, amount, cost in _read_rows("trades_xrp_eth.csv.gz")
    ]


def sample_path(name: str) -> Path:
    """Return where the sample file `name` is, in a checkout, a wheel or a frozen build."""
    return resources_dir() / "sample" / name


def _read_rows(name: str) -> Iterator[list[str]]:
    with gzip.open(sample_path(name), "rt", encoding="ascii", newline="") as text:
        yield from islice(csv.reader(text), 1, None)
