from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cts_console.ui.charts.picture import Picture, Series, decimate, greatest
from cts_console.ui.charts.ticks import round_top, time_ticks, value_ticks

values_of_a_line = st.lists(st.floats(0, 1e9) | st.just(math.nan), min_size=1, max_size=400)


@given(values=values_of_a_line, pixels=st.integers(1, 50))
def test_decimating_keeps_the_least_and_the_greatest_value(values, pixels):
    line = np.array(values)
    at_s, kept = decimate(np.arange(len(line), dtype=float), line, pixels)
    assert len(at_s) == len(kept) <= max(len(line), 2 * pixels * 3)
    if np.isfinite(line).any():
        assert np.nanmax(kept) == np.nanmax(line)
        assert np.nanmin(kept) == np.nanmin(line)
    else:
        assert np.isnan(kept).all()
    assert (np.diff(at_s) >= 0).all()


def test_what_fits_the_pixels_is_left_as_it_is():
    at_s, line = np.arange(100.0), np.arange(100.0)
    assert decimate(at_s, line, 100)[1] is line


def test_a_gap_wider_than_a_pixel_stays_a_gap():
    line = np.array([1.0] * 100 + [math.nan] * 100 + [2.0] * 100)
    _, kept = decimate(np.arange(300.0), line, 30)
    assert np.isnan(kept).any()


def test_the_greatest_value_of_all_lines():
    lines = (Series("a", np.array([1.0, math.nan])), Series("b", np.array([math.nan, 7.0])))
    assert greatest(Picture(np.arange(2.0), lines)) == 7.0
    assert greatest(Picture(np.arange(0.0), (Series("a", np.array([])),))) == 0.0
    assert greatest(None) == 0.0


@given(st.floats(1e-6, 1e15))
def test_the_top_of_an_axis_holds_the_value_and_wastes_little(value):
    top = round_top(value)
    assert value * (1 - 1e-6) <= top <= value * 2


@given(st.floats(1e-3, 1e12), st.integers(1, 12))
def test_an_axis_has_marks_from_zero_to_its_top(value, most):
    top = round_top(value)
    marks = value_ticks(top, most)
    assert marks[0] == 0.0
    assert 2 <= len(marks) <= max(2, most)
    assert marks[-1] <= top * (1 + 1e-9)
    assert marks == sorted(marks)


@given(st.integers(0, 2_000_000_000), st.sampled_from((60, 300, 900)), st.integers(1, 20))
def test_times_are_round_and_not_too_many(from_s, window_s, most):
    marks = time_ticks(from_s, from_s + window_s, most)
    assert len(marks) <= most + 1
    assert all(from_s <= mark <= from_s + window_s for mark in marks)
    steps = {b - a for a, b in pairwise(marks)}
    assert len(steps) <= 1
    assert all(mark % step == 0 for mark in marks for step in steps)
