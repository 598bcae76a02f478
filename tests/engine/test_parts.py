"""The pace, the prices and the candles of a simulated engine."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cts_console.demo.replay import Replay
from cts_console.engine.simulated.batch import Batch
from cts_console.engine.simulated.market import Market
from cts_console.engine.simulated.pace import PERIOD_S, Pace
from cts_console.engine.simulated.prices import Bar, Walk, walk_symbols
from cts_console.sqlite import open_database, transaction

DAY_MS = 86_400_000


@settings(max_examples=50)
@given(
    rate=st.floats(1, 500),
    burst=st.floats(1, 100),
    rows=st.integers(1, 500),
    periods=st.integers(1, 5),
)
def test_the_average_is_the_rate_whatever_the_bursts(rate, burst, rows, periods) -> None:
    pace, now_s, written = Pace(rate, burst, 0.0), 0.0, 0
    while written < rate * PERIOD_S * periods:
        now_s = max(now_s, pace.next_s(now_s))
        pace.count(rows)
        written += rows
    # The commit that was last begun may reach over the end.
    assert now_s <= written / rate + 1e-6
    assert now_s >= (written - rows) / rate - PERIOD_S


def test_a_burst_is_followed_by_silence() -> None:
    pace, now_s, times = Pace(100, 4, 0.0), 0.0, []
    for _ in range(40):
        now_s = max(now_s, pace.next_s(now_s))
        times.append(now_s)
        pace.count(10)
    assert max(times[:20]) < PERIOD_S / 4 + 1e-9
    assert min(times[20:]) >= PERIOD_S


def test_what_was_missed_is_caught_up_on_only_so_far() -> None:
    pace = Pace(100, 1, 0.0)
    assert pace.next_s(3600.0) < 3600.0
    pace.count(500)
    assert pace.next_s(3600.0) > 3600.0


def test_as_fast_as_it_goes_is_always_due() -> None:
    pace = Pace(0, 1, 0.0)
    pace.count(1_000_000)
    assert pace.next_s(5.0) == 5.0


@given(seed=st.integers(0, 1000), steps=st.integers(1, 300))
def test_a_walk_goes_back_from_where_it_began(seed, steps) -> None:
    walk = Walk(250_000, random.Random(seed))
    after = 250_000
    for number in range(steps):
        bar = walk.earlier(-number)
        assert bar.close == after
        assert bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close) <= bar.high
        assert bar.volume > 0
        assert bar.trades > 0
        after = bar.open


def test_symbols_are_different_and_have_amounts_worth_dividing() -> None:
    symbols = walk_symbols(200)
    assert len({symbol.base for symbol in symbols}) == 200
    for symbol in symbols:
        steps = symbol.lot / (symbol.first_ticks / 10**symbol.digits) * 10**symbol.amount_digits
        assert steps >= 1000


def test_a_replay_is_walked_back_at_its_ends_without_a_jump() -> None:
    bars = [Bar(n, n + 3, n - 2, n + 1, 1.0, 1) for n in range(100, 110)]
    replay = Replay(bars)
    assert replay.price(0, 0.0) == bars[5].open
    around = [replay.earlier(slot) for slot in range(-30, 31)]
    assert all(a.close == b.open for a, b in pairwise(around))
    assert {bar.high for bar in around} == {bar.high for bar in bars}


@pytest.mark.parametrize(("share", "price"), [(0.0, 10), (1 / 3, 8), (2 / 3, 15), (0.9999, 12)])
def test_a_replayed_candle_goes_by_way_of_low_and_high(share, price) -> None:
    replay = Replay([Bar(10, 15, 8, 12, 1.0, 1)])
    assert replay.price(0, share) == price


def test_after_a_long_sleep_no_candle_is_missing(marked) -> None:
    symbol = walk_symbols(1)[0]
    now_ms = 1_795_000_000_000
    with open_database(marked, "read_write") as connection:
        market = Market(1, symbol, Walk(symbol.first_ticks, random.Random(1)), "1s", now_ms)
        for later_ms in (0, 700, 5_000, 3_600_000, 3_600_000, 3_601_000):
            with transaction(connection):
                batch = Batch(connection, now_ms + later_ms)
                market.advance(batch)
                if not market.is_behind(batch.now_ms):
                    market.tick(batch.now_ms)
                market.add_history(batch, 7)
                market.flush(batch)
                batch.write()
        assert not market.is_behind(now_ms + 3_601_000)
        slots = [
            row[0] for row in connection.read_rows("SELECT open_time FROM market_data ORDER BY 1")
        ]
    assert slots[-1] == now_ms + 3_601_000
    assert slots == list(range(now_ms - 7 * 6 * 1000, now_ms + 3_602_000, 1000))


def test_history_ends_before_the_retention_would_take_it(marked) -> None:
    symbol = walk_symbols(1)[0]
    now_ms = 1_795_000_000_000
    market = Market(1, symbol, Walk(symbol.first_ticks, random.Random(1)), "1m", now_ms)
    with open_database(marked, "read_write") as connection:
        batch = Batch(connection, now_ms)
        market.add_history(batch, 1_000_000)
    assert batch.appended == 6 * DAY_MS // 60_000
