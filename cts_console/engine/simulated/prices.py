"""Prices: whole numbers of ticks, so that every price lies on its pair's grid."""

from __future__ import annotations

import math
import random
from typing import NamedTuple, Protocol


class Bar(NamedTuple):
    """A candle's numbers; the prices in ticks."""

    open: int
    high: int
    low: int
    close: int
    volume: float
    """Base units."""
    trades: int
    """Executions of the whole market in it; 0 where nobody knows."""


class Series(Protocol):
    """The prices of one symbol. Slots are numbers of candles since the epoch."""

    def price(self, slot: int, share: float) -> int:
        """Return the price when `share` of the slot's time is over (0 to 1)."""

    def finished(self, slot: int) -> Bar | None:
        """Return the whole candle of a slot that is over; None where only its ticks are known."""

    def earlier(self, slot: int) -> Bar:
        """Return the candle of a slot before the first; asked for one by one, backwards."""


class Symbol(NamedTuple):
    """A market to trade on."""

    base: str
    quote: str
    digits: int
    """Digits of a price after the point: its tick is 10 ** -digits."""
    first_ticks: int
    """A price to begin with."""
    lot: float
    """What one order is worth, in quote units."""

    @property
    def amount_digits(self) -> int:
        """Digits of an amount, so many that a lot has some thousand steps."""
        amount = self.lot / (self.first_ticks / 10**self.digits)
        return min(8, max(0, math.ceil(3 - math.log10(amount))))


_BASES = "BTC ETH SOL XRP ADA LTC DOT LINK ATOM XLM AVAX NEAR UNI ETC BCH FIL TRX XMR ALGO AAVE"
# A price of five to six digits in ticks: moves of some ticks are moves of a hundredth of a percent.
_FIRST_TICKS = 250_000
_LOT_USDT = 40.0
_MOST_MOVE = 0.0004
_BARRIER = 4


def walk_symbols(count: int) -> tuple[Symbol, ...]:
    """Return `count` invented markets against USDT; beyond twenty their names are numbers."""
    names = _BASES.split()
    names += [f"SIM{number:03d}" for number in range(len(names) + 1, count + 1)]
    return tuple(
        Symbol(base, "USDT", 2 + number % 4, _FIRST_TICKS - 7_919 * (number % 20), _LOT_USDT)
        for number, base in enumerate(names[:count])
    )


class Walk:
    """A random walk that stays within a quarter and four times its first price."""

    def __init__(self, first_ticks: int, rng: random.Random) -> None:
        self._rng = rng
        self._now = first_ticks
        self._past = first_ticks
        self._low, self._high = first_ticks // _BARRIER, first_ticks * _BARRIER

    def price(self, _slot: int, _share: float) -> int:
        """Take one step, up or down by up to 0.04 %."""
        self._now = self._step(self._now)
        return self._now

    def finished(self, _slot: int) -> Bar | None:
        """Return None: a walk is known by its steps alone."""
        return None

    def earlier(self, _slot: int) -> Bar:
        """Return the candle before, which ends where the next one began."""
        close = self._past
        middle, opened = self._step(close), self._step(self._step(close))
        self._past = opened
        uniform = self._rng.random
        high, low = max(opened, middle, close), min(opened, middle, close)
        return Bar(
            opened, high, low, close, 1 + int(uniform() * 9999) / 100, 1 + int(uniform() * 40)
        )

    def _step(self, ticks: int) -> int:
        moved = ticks + round(ticks * _MOST_MOVE * (2 * self._rng.random() - 1))
        return min(max(moved, self._low), self._high)
