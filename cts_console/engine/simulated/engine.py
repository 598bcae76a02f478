"""What one commit of a simulated engine holds: a share of its ledger, the rest of its candles."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cts_console.engine.simulated.account import Account
from cts_console.engine.simulated.batch import NEW_SITE_LOG, Batch
from cts_console.engine.simulated.book import Book
from cts_console.engine.simulated.market import Market
from cts_console.engine.simulated.prices import Series, Symbol
from cts_console.engine.simulated.signals import Signals
from cts_console.engine.simulated.venue import Venue
from cts_console.sqlite import Connection

BEAT_S: Final = 1.0
"""How often it says that it lives, seconds."""
# The share of appended rows that are no candles, as long as there is history to fetch.
_LEDGER_SHARE: Final = 0.2
_REPORT_MS: Final = 30_000


@dataclass(frozen=True, slots=True)
class _Desk:
    """All that is done with one symbol."""

    market: Market
    signals: Signals
    book: Book


class Engine:
    """Fills one batch after the other; what it remembers is true once the batch is committed."""

    def __init__(
        self,
        venue: Venue,
        symbols: Sequence[Symbol],
        series: Sequence[Series],
        timeframe: str,
        rng: random.Random,
        now_ms: int,
    ) -> None:
        self._venue = venue
        self._account = Account(venue)
        markets = [
            Market(pair_id, symbol, prices, timeframe, now_ms)
            for pair_id, symbol, prices in zip(venue.pairs, symbols, series, strict=True)
        ]
        self._desks = [
            _Desk(market, Signals(venue, market, rng), Book(venue, market, self._account, rng))
            for market in markets
        ]
        self._turn = 0
        self._fetcher = 0
        self._share = 0.0
        self._beat_at_ms = 0
        self._reported_at_ms = now_ms

    def write(self, connection: Connection, rows: int) -> tuple[Counter[str], Counter[str]]:
        """Write about `rows` new rows inside the caller's transaction.

        Returns the rows added and changed, by table. With `rows` 0 it only says that it lives.
        """
        started_s = time.perf_counter()
        batch = Batch(connection, time.time_ns() // 1_000_000)
        if rows:
            self._trade(batch, rows)
            self._follow(batch, rows)
            self._fetch(batch, rows)
            while batch.appended < rows:
                self._take_turn(batch)
        for desk in self._desks:
            desk.market.flush(batch)
            desk.book.flush(batch)
        self._account.flush(batch)
        if not rows or self._is_time_to_beat(batch.now_ms):
            self._beat(batch, started_s)
        return batch.write()

    def _trade(self, batch: Batch, rows: int) -> None:
        self._share += rows * _LEDGER_SHARE
        while self._share > 0:
            before = batch.appended
            self._take_turn(batch)
            self._share -= batch.appended - before

    def _take_turn(self, batch: Batch) -> None:
        desk = self._desks[self._turn // 3 % len(self._desks)]
        desk.market.advance(batch)
        if not desk.market.is_behind(batch.now_ms):
            desk.market.tick(batch.now_ms)
            if self._turn % 3:
                desk.book.step(batch)
            else:
                desk.signals.add(batch)
        self._turn += 1

    def _follow(self, batch: Batch, rows: int) -> None:
        """Begin the candles whose time has come, those that wait longest first."""
        for desk in self._desks:
            if batch.appended >= rows:
                return
            desk.market.advance(batch)

    def _fetch(self, batch: Batch, rows: int) -> None:
        """Fill up with history, all of it of one symbol where that has enough."""
        for _ in self._desks:
            missing = rows - batch.appended
            if missing <= 0:
                return
            self._fetcher = (self._fetcher + 1) % len(self._desks)
            self._desks[self._fetcher].market.add_history(batch, missing)

    def _is_time_to_beat(self, now_ms: int) -> bool:
        # A clock that was put back counts as time as well.
        return not 0 <= now_ms - self._beat_at_ms < BEAT_S * 1000

    def _beat(self, batch: Batch, started_s: float) -> None:
        now_ms = batch.now_ms
        self._beat_at_ms = now_ms
        cycle_ms = round((time.perf_counter() - started_s) * 1000)
        self._account.beat(batch, len(self._desks), cycle_ms)
        if now_ms - self._reported_at_ms >= _REPORT_MS:
            self._reported_at_ms = now_ms
            told = "simulated engine works as it should"
            batch.add(NEW_SITE_LOG, "info", "engine", told, self._venue.connection, now_ms)
