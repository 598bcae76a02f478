"""The candles of one symbol: the newest one grows, and history is fetched backwards.

The series never has a hole: a slot that passed while nobody looked gets its candle, and history
begins at the first live candle and goes back one slot after the other.
"""

from __future__ import annotations

from typing import Final

from cts_console.engine.simulated.batch import GROW_CANDLE, NEW_CANDLE, Batch
from cts_console.engine.simulated.prices import Bar, Series, Symbol

STEPS_MS: Final = {"1s": 1_000, "1m": 60_000, "5m": 300_000}
"""The timeframes that are recorded, and the length of a slot in milliseconds."""
# A day less than what a fresh database keeps, so that nothing is over its retention at once.
_HISTORY_MS: Final = 6 * 86_400_000
# After a long sleep of the machine: what one commit catches up on.
_MOST_SLOTS: Final = 2_000


class Market:
    """What is recorded of one symbol."""

    def __init__(
        self, pair_id: int, symbol: Symbol, series: Series, timeframe: str, now_ms: int
    ) -> None:
        self.pair_id = pair_id
        self.symbol = symbol
        self.timeframe = timeframe
        self._series = series
        self._step_ms = STEPS_MS[timeframe]
        self._slot = now_ms // self._step_ms
        self._oldest = self._slot
        self._last_wanted = (now_ms - _HISTORY_MS) // self._step_ms
        self._scale = 10**symbol.digits
        self._is_written = False
        self._is_dirty = True
        self.ticks = series.price(self._slot, 0.0)
        """The last price, in ticks."""
        self._open = self._high = self._low = self.ticks
        self._volume = 0.0
        self._trades = 0

    def value(self, ticks: int) -> float:
        """Return a price in quote units."""
        return float(ticks / self._scale)

    def is_behind(self, now_ms: int) -> bool:
        """Return whether the newest candle is not that of now."""
        return self._slot < now_ms // self._step_ms

    def advance(self, batch: Batch) -> None:
        """End the candles whose time is over and begin that of now."""
        slot = min(batch.now_ms // self._step_ms, self._slot + _MOST_SLOTS)
        while self._slot < slot:
            self._finish(self._series.finished(self._slot))
            self.flush(batch)
            self._slot += 1
            self._open = self._high = self._low = self.ticks
            self._volume, self._trades = 0.0, 0
            self._is_written, self._is_dirty = False, True

    def tick(self, now_ms: int) -> int:
        """Let the price move, and return it in ticks."""
        share = now_ms % self._step_ms / self._step_ms
        self.ticks = self._series.price(self._slot, share)
        self.see(self.ticks, 0.1)
        return self.ticks

    def see(self, ticks: int, amount: float) -> None:
        """Take an execution of the market into the candle, of `amount` base units."""
        self._high = max(self._high, ticks)
        self._low = min(self._low, ticks)
        self._volume += amount
        self._trades += 1
        self._is_dirty = True

    def flush(self, batch: Batch) -> None:
        """Write the newest candle where it has changed."""
        if not self._is_dirty:
            return
        self._is_dirty = False
        open_time, now_ms = self._slot * self._step_ms, batch.now_ms
        close, value = self.ticks, self.value
        grown = (value(self._high), value(self._low), value(close))
        flow = (round(self._volume, 8), self._trades, value(close - 1), value(close + 1))
        if self._is_written:
            key = (self.pair_id, self.timeframe, open_time)
            batch.add(GROW_CANDLE, *grown, *flow, now_ms, *key)
            return
        self._is_written = True
        key = (self.pair_id, self.timeframe, open_time)
        batch.add(NEW_CANDLE, *key, value(self._open), *grown, *flow, "websocket", now_ms)

    def add_history(self, batch: Batch, rows: int) -> None:
        """Fetch up to `rows` candles before the oldest; none where enough days are there."""
        step_ms, value = self._step_ms, self.value
        for _ in range(min(rows, self._oldest - self._last_wanted)):
            self._oldest -= 1
            bar = self._series.earlier(self._oldest)
            prices = (value(bar.open), value(bar.high), value(bar.low), value(bar.close))
            flow = (bar.volume, bar.trades, None, None)
            key = (self.pair_id, self.timeframe, self._oldest * step_ms)
            batch.add(NEW_CANDLE, *key, *prices, *flow, "backfill", batch.now_ms)

    def _finish(self, bar: Bar | None) -> None:
        if bar is None:
            return
        self._high = max(self._high, bar.high)
        self._low = min(self._low, bar.low)
        self.ticks = bar.close
        self._volume = max(self._volume, bar.volume)
        self._trades = max(self._trades, bar.trades, 1)
        self._is_dirty = True
