"""How growth is told from kept sizes."""

from __future__ import annotations

from cts_console.audit.growth import DAY_MS, measure_growth
from cts_console.store import SizeSample


def samples(*sizes: int, step_ms: int = DAY_MS) -> list[SizeSample]:
    return [SizeSample(size, 0, 1, 0, at_ms=i * step_ms) for i, size in enumerate(sizes)]


def test_growth_is_the_slope_between_the_ends():
    growth = measure_growth(samples(100, 250, 250, 400))
    assert growth is not None
    assert (growth.days, growth.bytes_a_day) == (3.0, 100.0)


def test_what_was_before_a_vacuum_does_not_count():
    growth = measure_growth(samples(9000, 9500, 100, 300))
    assert growth is not None
    assert (growth.days, growth.bytes_a_day) == (1.0, 200.0)


def test_less_than_a_day_says_nothing():
    assert measure_growth([]) is None
    assert measure_growth(samples(1)) is None
    assert measure_growth(samples(1, 5, step_ms=DAY_MS - 1)) is None
    assert measure_growth(samples(1, 900, 100)) is None
