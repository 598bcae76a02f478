"""More rows than the sample has: no doubled key, no new gap, no jump, nothing from the future."""

from __future__ import annotations

import math
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from cts_console.demo import run_demo
from cts_console.demo.market import MOST_ROWS, PERIOD_MS, build_block, plan_stretches
from cts_console.demo.sample import CANDLE_MS, read_candles
from cts_console.errors import CtsError
from cts_console.sqlite import Connection, open_database

CANDLES = read_candles()
ENDS_AT = CANDLES[-1].open_time + CANDLE_MS
BLOCK_ROWS = len(CANDLES) + 2  # the two slots that ETC/BTC and ZEC/BTC lack at the end
GAP_SLOTS = 52


def missing_slots(connection: Connection) -> int:
    return connection.read_int(
        "SELECT sum(slots) FROM (SELECT (max(open_time) - min(open_time)) / 300000 + 1 - count(*) "
        "AS slots FROM market_data GROUP BY trading_pair_id)"
    )


def test_growth_joins_on_the_grid(tmp_path: Path) -> None:
    path = tmp_path / "grown.db"
    rows = len(CANDLES) + 2 * BLOCK_ROWS
    result = run_demo(path, rows=rows)
    assert result.rows["market_data"] == rows
    with open_database(path) as connection:
        assert connection.read_int("SELECT count(*) FROM market_data") == rows
        assert missing_slots(connection) == 3 * GAP_SLOTS
        newest = connection.read_int("SELECT max(open_time) FROM market_data")
        assert newest + CANDLE_MS == ENDS_AT + 2 * PERIOD_MS <= time.time() * 1000
        steps = connection.read_rows(
            "SELECT max(abs(m.open / before.close - 1)) FROM market_data m "
            "JOIN market_data before ON before.trading_pair_id = m.trading_pair_id "
            "AND before.timeframe = m.timeframe AND before.open_time = m.open_time - 300000 "
            "GROUP BY m.open_time >= ?",
            (ENDS_AT,),
        )
        (sample_jump,), (grown_jump,) = steps
        assert isinstance(sample_jump, float)
        assert isinstance(grown_jump, float)
        # Rounding to the tick moves a price of 2,000 ticks by up to 0.025 %, on both sides.
        assert grown_jump <= sample_jump + 0.001
        assert connection.read_rows("PRAGMA integrity_check(1)") == [("ok",)]
        contradictions = connection.read_int(
            "SELECT count(*) FROM market_data WHERE high < max(open, close) "
            "OR low > min(open, close)"
        )
        assert contradictions == 0


def test_a_part_of_a_copy_ends_like_a_shorter_record(tmp_path: Path) -> None:
    path = tmp_path / "grown.db"
    result = run_demo(path, rows=70_000)
    assert result.rows["market_data"] == 70_000
    with open_database(path) as connection:
        assert connection.read_int("SELECT count(*) FROM market_data") == 70_000
        spread_ms = connection.read_int(
            "SELECT max(newest) - min(newest) FROM (SELECT max(open_time) AS newest "
            "FROM market_data GROUP BY trading_pair_id)"
        )
        assert spread_ms <= CANDLE_MS


@pytest.mark.parametrize("rows", [57_547, 200_000, 1_000_000, MOST_ROWS])
@pytest.mark.parametrize("days_since", [-400, 0, 39, 40, 365, 3_200, 8_000])
def test_copies_fill_the_number_and_overlap_nowhere(rows: int, days_since: int) -> None:
    now_ms = ENDS_AT + days_since * 86_400_000
    stretches = list(plan_stretches(CANDLES, rows, now_ms))
    assert len(CANDLES) + sum(stretch.rows for stretch in stretches) == rows
    shifts = sorted([0, *(stretch.shift_ms for stretch in stretches)])
    assert all(after - before == PERIOD_MS for before, after in pairwise(shifts))
    assert shifts[-1] == 0 or ENDS_AT + shifts[-1] <= now_ms
    assert CANDLES[0].open_time + shifts[0] > 1_262_304_000_000
    assert all(stretch.rows == BLOCK_ROWS for stretch in stretches[:-1])


@pytest.mark.parametrize("forward", [True, False])
def test_a_copy_starts_and_ends_at_the_price_it_joins(forward: bool) -> None:
    block = build_block(CANDLES, forward=forward)
    assert len(block) == BLOCK_ROWS
    first_open: dict[str, float] = {}
    last_close: dict[str, float] = {}
    for candle in CANDLES:
        first_open.setdefault(candle.symbol, candle.open)
        last_close[candle.symbol] = candle.close
    joined = sorted((last_close if forward else first_open).values())
    opens: dict[object, float] = {}
    closes: dict[object, float] = {}
    for pair, _, opening, _, _, closing, _ in block:
        assert isinstance(opening, float)
        assert isinstance(closing, float)
        opens.setdefault(pair, opening)
        closes[pair] = closing
    for own in (opens, closes):
        for price, expected in zip(sorted(own.values()), joined, strict=True):
            assert math.isclose(price, expected, rel_tol=2e-3)


def test_every_slot_of_a_copy_is_one_of_the_sample_or_a_seam() -> None:
    sample = Counter(candle.open_time for candle in CANDLES)
    for forward in (True, False):
        times = Counter(int(str(row[1])) for row in build_block(CANDLES, forward=forward))
        seam = times - sample
        last_slot = CANDLES[-1].open_time
        assert dict(seam) == {last_slot - PERIOD_MS if forward else last_slot: 2}


@pytest.mark.parametrize("rows", [0, -5, MOST_ROWS + 1])
def test_a_number_that_cannot_be_is_refused_before_a_file_is_made(
    tmp_path: Path, rows: int
) -> None:
    with pytest.raises(CtsError) as caught:
        run_demo(tmp_path / "demo.db", rows=rows)
    assert caught.value.code == "usage"
    assert list(tmp_path.glob("*demo*")) == []


def test_fewer_rows_than_the_sample_give_the_sample(tmp_path: Path) -> None:
    assert run_demo(tmp_path / "demo.db", rows=100).rows["market_data"] == len(CANDLES)
