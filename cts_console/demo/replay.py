"""The sample's candles as the prices of a simulated engine, shifted to now.

A candle in the middle of the sample becomes that of this moment; those before it are history, those
after it come as time goes on. At either end the sample is walked back, each candle turned round, so
that no price ever jumps that did not jump in the sample.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from cts_console.demo.accounts import CANDLE_SYMBOLS
from cts_console.demo.sample import Candle, read_candles
from cts_console.engine.simulated import Bar, Symbol

REPLAY_TIMEFRAME: Final = "5m"
"""The step of the sample's candles."""
MOST_REPLAYED: Final = len(CANDLE_SYMBOLS)
"""How many symbols the sample has."""
_DIGITS: Final = 8
_LOT_BTC: Final = 0.002
_LEGS: Final = 3


class Replay:
    """The sample's candles of one symbol; slots are counted from the first one asked for."""

    def __init__(self, bars: Sequence[Bar]) -> None:
        self._bars = bars
        self._first_slot: int | None = None

    def price(self, slot: int, share: float) -> int:
        """Return a price on the way from open to close, by way of low and high."""
        if self._first_slot is None:
            self._first_slot = slot
        bar = self._bar(slot)
        turns = (bar.low, bar.high) if bar.close >= bar.open else (bar.high, bar.low)
        stations = (bar.open, *turns, bar.close, bar.close)
        leg, rest = divmod(share * _LEGS, 1)
        before, after = stations[int(leg)], stations[int(leg) + 1]
        return round(before + (after - before) * rest)

    def finished(self, slot: int) -> Bar | None:
        """Return the candle of the sample that this slot has."""
        return self._bar(slot)

    def earlier(self, slot: int) -> Bar:
        """Return the candle of the sample that this slot has."""
        return self._bar(slot)

    def _bar(self, slot: int) -> Bar:
        count = len(self._bars)
        distance = slot - (slot if self._first_slot is None else self._first_slot)
        place = (count // 2 + distance) % (2 * count)
        if place < count:
            return self._bars[place]
        turned = self._bars[2 * count - 1 - place]
        return turned._replace(open=turned.close, close=turned.open)


class Sample:
    """The sample, read once for all symbols of a simulation."""

    def __init__(self, count: int) -> None:
        series: dict[str, list[Bar]] = defaultdict(list)
        for candle in read_candles():
            series[candle.symbol].append(_as_bar(candle))
        self._series = {symbol: series[symbol] for symbol in CANDLE_SYMBOLS[:count]}

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """The markets."""
        return tuple(_as_symbol(symbol, bars) for symbol, bars in self._series.items())

    def make_series(self, symbol: Symbol, _rng: random.Random) -> Replay:
        """Return the prices of one of the `symbols`."""
        return Replay(self._series[f"{symbol.base}/{symbol.quote}"])


def _as_symbol(name: str, bars: Sequence[Bar]) -> Symbol:
    base, quote = name.split("/")
    return Symbol(base, quote, _DIGITS, bars[len(bars) // 2].open, _LOT_BTC)


def _as_bar(candle: Candle) -> Bar:
    opened, high, low, close = (round(price * 10**_DIGITS) for price in candle[2:6])
    # The sample does not know how many executions a candle had: with a volume there was one.
    return Bar(opened, high, low, close, candle.volume, int(candle.volume > 0))
