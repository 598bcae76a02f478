"""Series of candles: the numeric questions, held against plain Python, and the one pass."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cts_console.audit import run_audit
from cts_console.audit.series import Series, checks, read_timeframe
from cts_console.audit.series.plan import SERIES_SQL
from cts_console.audit.series.scan import Scan
from cts_console.audit.series.timeframes import DAY_MS, Timeframe
from cts_console.progress import CancelToken
from cts_console.sqlite import Row, open_database
from tests.audit.case import Case, build
from tests.audit.rows import MIDNIGHT, candles

MINUTE_MS = 60_000
NOW_MS = MIDNIGHT + 100 * DAY_MS
NAMES = ("1s", "1m", "3m", "5m", "15m", "1h", "4h", "6h", "8h", "12h", "1d", "3d", "1w", "1M")
TIMEFRAMES = st.sampled_from(NAMES).map(read_timeframe)
# Few prices, so that outliers, equal candles and flat neighbours come up.
PRICES = st.sampled_from((100.0, 100.1, 101.0, 99.5, 160.0, 210.0, 40.0, math.nan))


def known(name: str) -> Timeframe:
    timeframe = read_timeframe(name)
    assert timeframe is not None
    return timeframe


def slot(timeframe: Timeframe, number: int) -> int:
    """Return the opening time of a slot, counted from 2020."""
    if timeframe.by_month:
        months = np.datetime64("2020-01", "M") + number
        return int(months.astype("datetime64[ms]").astype(np.int64))
    first = -(-(1_577_836_800_000 - timeframe.origin_ms) // timeframe.step_ms)
    return timeframe.origin_ms + (first + number) * timeframe.step_ms


@given(TIMEFRAMES, st.sets(st.integers(0, 300), min_size=2, max_size=40))
def test_missing_slots_are_those_that_were_left_out(timeframe: Timeframe, numbers: set[int]):
    ordered = sorted(numbers)
    times = np.array([slot(timeframe, number) for number in ordered], dtype=np.float64)
    missing = checks.missing_slots(times, timeframe)
    assert missing.tolist() == [after - before - 1 for before, after in pairwise(ordered)]
    assert not checks.residuals(times, timeframe).any()


@given(TIMEFRAMES, st.integers(0, 300), st.integers(-400, 400))
def test_a_residual_is_the_distance_from_the_grid(
    timeframe: Timeframe, number: int, offset_ms: int
):
    times = np.array([slot(timeframe, number) + offset_ms], dtype=np.float64)
    expected = offset_ms if timeframe.by_month else offset_ms % timeframe.step_ms
    assert checks.residuals(times, timeframe).tolist() == [expected]


@given(st.lists(st.sampled_from((0.0, 1.0, 2.0)), max_size=30))
def test_the_common_offset_is_that_of_most_candles(off: list[float]):
    offset = checks.common_offset(np.array(off))
    most = [value for value in set(off) if 2 * off.count(value) > len(off) and off.count(value) > 2]
    assert offset == (most[0] if most else 0.0)


@given(st.lists(st.tuples(*[st.sampled_from((1.0, 2.0, 3.0, math.nan))] * 4), min_size=1))
def test_a_contradiction_is_one_of_known_prices(rows: list[tuple[float, ...]]):
    found = checks.contradictions(*np.array(rows).T)
    for (opened, high, low, close), is_wrong in zip(rows, found, strict=True):
        prices = [price for price in (opened, close) if not math.isnan(price)]
        assert is_wrong == (any(high < price or low > price for price in prices) or high < low)


def outliers_in_python(closes: list[float], tick: float | None) -> list[int]:
    """The test of MKT-05 as the catalogue writes it, candle by candle."""
    logs = [math.log(close) for close in closes]
    found = []
    for i, log in enumerate(logs):
        window = [x for x in logs[max(0, i - 10) : i + 11] if not math.isnan(x)]
        if math.isnan(log) or len(window) <= 10:
            continue
        before = logs[max(0, i - 3) : i][::-1]
        after = logs[i + 1 : i + 4]
        far = [
            any(sign * (log - other) > math.log(1.5) for other in side)
            for sign in (1, -1)
            for side in (before, after)
        ]
        median = statistics.median(window)
        spread = statistics.median([abs(x - median) for x in window])
        least = 1e-6 if tick is None else 10 * tick / math.exp(median)
        z = 0.6745 * (log - median) / (spread or least)
        away = abs(log - median) / 2
        back = [
            next((k for k, x in enumerate(side, 1) if abs(x - median) < away), 99)
            for side in (before, after)
        ]
        if (all(far[:2]) or all(far[2:])) and abs(z) > 8 and sum(back) - 1 <= 3:
            found.append(i)
    return found


@given(st.lists(PRICES, max_size=60), st.sampled_from((None, 0.01)))
@example([100.0] * 11 + [210.0] + [100.0] * 11, 0.01)
@example([100.0, 100.1] * 6 + [160.0, 210.0, 160.0] + [100.0, 100.1] * 6, None)
@example([100.0, 100.1] * 6 + [210.0] * 4 + [100.0, 100.1] * 6, None)
def test_outliers_are_those_of_the_catalogue(closes: list[float], tick: float | None):
    at, z = checks.outliers(np.array(closes), 0, len(closes), tick)
    assert at.tolist() == outliers_in_python(closes, tick)
    assert (np.abs(z) > 8).all()


@given(
    st.lists(st.sampled_from((1.0, 1.01, 0.99)), min_size=15, max_size=40),
    st.integers(10, 30),
    st.floats(0.2, 5.0),
)
def test_a_move_that_stays_is_no_outlier(steps: list[float], at: int, factor: float):
    closes = [100.0 * step * (factor if n >= at else 1.0) for n, step in enumerate(steps)]
    found, _ = checks.outliers(np.array(closes), 0, len(closes), None)
    # Its last three candles are not known to stay.
    assert [i for i in found if i < len(closes) - 3 and len(closes) - at > 3] == []


@given(st.integers(1, 6), st.integers(1, 40))
def test_what_is_quiet_is_held_against_what_came_before(width: int, at: int):
    volumes = np.array([10.0] * 20 + [0.0] * 20 + [10.0])
    places = np.array([at])
    alone = checks.quiet(volumes, places, width, (0.0, 0))
    assert alone[0] == (20 + width <= at <= 40 - width)
    # Where the chunk begins makes no difference, as long as the neighbours are in it.
    cut = max(0, at - width)
    rest = checks.quiet(volumes[cut:], places - cut, width, (float(volumes[:cut].sum()), cut))
    assert rest[0] == alone[0]


CHANGES = st.lists(
    st.sampled_from(
        ("gap", "again", "off", "spike", "high", "still", "untraded", "unvalued", "null", "text")
    ),
    max_size=12,
)


def build_rows(changes: list[str]) -> list[Row]:
    """Return candles of one minute, eleven calm ones after each thing that goes wrong."""
    rows: list[Row] = []
    time = MIDNIGHT

    def add(count: int, **values: object) -> None:
        nonlocal time
        for _ in range(count):
            number, close = len(rows) + 1, 100.0 + len(rows) % 7 / 10
            given_values = {
                "time": time,
                "open": close,
                "high": 500.0,
                "low": 1.0,
                "close": close,
                "volume": 1.0 + number % 5,
                "trades": 3,
            } | values
            rows.append((number, *given_values.values()))  # type: ignore[arg-type]
            time += MINUTE_MS

    makers: dict[str, Callable[[], None]] = {
        "again": lambda: add(1, time=rows[-1][1]),
        "off": lambda: add(1, time=time + 7_000),
        "spike": lambda: add(2, close=300.0),
        "high": lambda: add(1, high=50.0),
        "still": lambda: add(10, open=100.0, close=100.0, volume=9.0),
        "untraded": lambda: add(1, trades=0),
        "unvalued": lambda: add(1, open=99.0, volume=0.0),
        "null": lambda: add(1, time=None, close=None),
        "text": lambda: add(1, high="high", volume=b"1"),
    }
    add(11)
    for change in changes:
        if change == "gap":
            time += 3 * MINUTE_MS
        else:
            makers[change]()
        add(11)
    return rows


def scan(rows: list[Row], chunk_rows: int) -> Series:
    return Scan(CancelToken(), NOW_MS, chunk_rows).read(1, "1m", 0.01, iter(rows))


@given(CHANGES, st.integers(1, 40))
def test_where_a_chunk_ends_makes_no_difference(changes: list[str], chunk_rows: int):
    rows = build_rows(changes)
    assert scan(rows, chunk_rows) == scan(rows, 100_000)


@given(CHANGES)
def test_what_goes_wrong_is_counted(changes: list[str]):
    series = scan(build_rows(changes), 100_000)
    assert series.missing == 3 * changes.count("gap") + changes.count("null") + changes.count(
        "again"
    )
    assert series.repeated.total == changes.count("again")
    assert series.unreadable == changes.count("null")
    assert series.off_grid.total == changes.count("off")
    assert series.outliers.total == 2 * changes.count("spike")
    assert series.contradictions.total == changes.count("high")
    assert series.frozen.total == changes.count("still")
    assert series.volume_without_trades.total == changes.count("untraded")
    assert series.moved_without_volume.total == changes.count("unvalued")


def test_the_room_for_evidence_is_shared():
    scanner = Scan(CancelToken(), NOW_MS)
    rows = [(*row[:3], 0.5, *row[4:]) for row in build_rows([])] * 30
    rows = [(*row[:1], MIDNIGHT + n * MINUTE_MS, *row[2:]) for n, row in enumerate(rows)]
    found = [scanner.read(pair, "1m", None, iter(rows)) for pair in range(3)]
    assert [series.contradictions.total for series in found] == [329, 329, 329]
    assert [len(series.contradictions.rows) for series in found] == [100, 0, 0]
    assert replace(found[1], pair=0, contradictions=found[0].contradictions) == found[0]


def test_a_long_series_needs_little_memory():
    import tracemalloc

    rows = (
        (n, MIDNIGHT + n * MINUTE_MS, 1.0, 1.0, 1.0, 1.0 + n % 3, 2.0, 1) for n in range(200_000)
    )
    scan([], 10)
    tracemalloc.start()
    Scan(CancelToken(), NOW_MS).read(1, "1m", None, rows)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 20_000_000


def test_the_key_serves_both_the_series_and_their_order(tmp_path: Path):
    path = tmp_path / "case.db"
    build(path, Case("series", candles(3) + candles(3, first=9, timeframe="5m"), base="cts"))
    with open_database(path) as connection:
        listed = SERIES_SQL.format(table="market_data")
        assert connection.read_rows(listed) == [(1, "1m"), (1, "5m")]
        plan = connection.read_rows(f"EXPLAIN QUERY PLAN {listed}")
        steps = [str(row[3]) for row in plan if "market_data" in str(row[3])]
        assert steps
        # A least value without a condition is one step to the index's first entry.
        assert all("SEARCH" in step for step in steps)
        order = connection.read_rows(
            "EXPLAIN QUERY PLAN SELECT * FROM market_data "
            "WHERE trading_pair_id = 1 AND timeframe = '1m' ORDER BY open_time"
        )
        assert len(order) == 1
        assert "timeframe=?" in str(order[0][3])


@pytest.mark.parametrize("rows", [0, 300_000])
def test_a_large_table_is_read_in_two_parts(tmp_path: Path, rows: int):
    path = tmp_path / "case.db"
    seven = candles(3, step_s=120) + candles(3, first=9, step_s=120, trading_pair_id=2)
    known_rows = f"ANALYZE; INSERT INTO sqlite_stat1 VALUES ('market_data', NULL, '{rows}');"
    build(path, Case("series", known_rows + seven, base="cts"))
    result = run_audit(path, profile="deep", rules=["MKT-01"])
    assert sorted(str(finding.object) for finding in result.findings) == [
        "market_data BTC/USDT 1m",
        "market_data ETH/USDT 1m",
    ]


def test_days_are_whole():
    assert {known(name).step_ms for name in ("1d", "3d", "1w")} == {
        DAY_MS,
        3 * DAY_MS,
        7 * DAY_MS,
    }
    assert read_timeframe("60") is None
    assert read_timeframe(None) is None
