"""The indications of one symbol: each is active until the next one takes its place."""

from __future__ import annotations

import random
from collections import deque
from typing import Final

from cts_console.engine.simulated.batch import END_INDICATION, NEW_INDICATION, Batch
from cts_console.engine.simulated.market import Market
from cts_console.engine.simulated.venue import Venue

_KINDS: Final = ("direction", "move", "active")
_EXPIRES_AFTER_MS: Final = 300_000
_LOOK_BACK: Final = 32


class Signals:
    """Computes indications from the last prices of a market."""

    def __init__(self, venue: Venue, market: Market, rng: random.Random) -> None:
        self._venue = venue
        self._market = market
        self._rng = rng
        self._prices: deque[int] = deque(maxlen=_LOOK_BACK)
        self._active: dict[str, int] = {}
        self._turn = 0

    def add(self, batch: Batch) -> None:
        """Add one indication and end the one of its kind before it."""
        self._prices.append(self._market.ticks)
        kind = _KINDS[self._turn % len(_KINDS)]
        self._turn += 1
        before = self._active.get(kind)
        if before is not None:
            batch.add(END_INDICATION, "consumed" if self._rng.random() < 0.3 else "expired", before)
        number = self._active[kind] = batch.new_id("indications")
        first, last = self._prices[0], self._prices[-1]
        path = sum(abs(b - a) for a, b in zip(self._prices, list(self._prices)[1:], strict=False))
        direction = "long" if last > first else "short" if last < first else "neutral"
        batch.add(
            NEW_INDICATION,
            number,
            self._venue.connection,
            self._market.pair_id,
            self._venue.preset,
            kind,
            self._market.timeframe,
            direction if kind == "direction" else "neutral",
            round((last / first - 1) * 100, 6),
            round(1 + (last - first) / (path + 1) / 2, 4),
            "active",
            batch.now_ms,
            round(abs(last - first) / path, 4) if path else 0.0,
            batch.now_ms + _EXPIRES_AFTER_MS,
        )
