"""The money of a simulated account, and the counts of its bot."""

from __future__ import annotations

from cts_console.engine.simulated.batch import (
    BEAT_BOT,
    BEAT_ENGINE,
    BEAT_LEASE,
    VALUE_PORTFOLIO,
    Batch,
)
from cts_console.engine.simulated.venue import LEASE_MS, Venue


class Account:
    """Cash, what the open positions are worth, and what the closed ones brought."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._cash = venue.first_cash
        self._held: dict[int, float] = {}
        self._is_dirty = False
        self._closed = self._won = self._lost = 0
        self._realized = 0.0

    def pay(self, amount: float, fee: float) -> None:
        """Book a trade: `amount` comes in (or goes out), the fee goes out."""
        self._cash += amount - fee
        self._is_dirty = True

    def hold(self, position_id: int, value: float) -> None:
        """Value an open position."""
        self._held[position_id] = value
        self._is_dirty = True

    def close(self, position_id: int, realized: float) -> None:
        """Forget a position that was closed with this result."""
        self._held.pop(position_id, None)
        self._closed += 1
        self._won += realized > 0
        self._lost += realized < 0
        self._realized += realized

    def flush(self, batch: Batch) -> None:
        """Write the portfolio's value where it has changed."""
        if not self._is_dirty:
            return
        self._is_dirty = False
        total = self._cash + sum(self._held.values())
        now_ms = batch.now_ms
        batch.add(
            VALUE_PORTFOLIO,
            round(total, 8),
            round(self._cash, 8),
            now_ms,
            now_ms,
            self._venue.portfolio,
        )

    def beat(self, batch: Batch, symbols: int, cycle_ms: int) -> None:
        """Say that the engine lives: its three loops, its lease and its bot."""
        now_ms, venue = batch.now_ms, self._venue
        state = (len(self._held), cycle_ms, symbols, now_ms, venue.connection)
        batch.add(BEAT_ENGINE, now_ms, now_ms, now_ms, *state)
        batch.add(BEAT_LEASE, now_ms, now_ms + LEASE_MS, now_ms, venue.connection)
        counts = (self._closed, self._won, self._lost, round(self._realized, 8))
        batch.add(BEAT_BOT, now_ms, *counts, now_ms, venue.bot)
