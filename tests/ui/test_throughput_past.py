"""Samples outlive the window: they are kept, brought back, and fail without stopping anything."""

from __future__ import annotations

import math
import time

import pytest

from cts_console.errors import CtsError
from cts_console.store import KeptSample, open_store, store_path
from cts_console.ui.tabs.throughput import ThroughputTab
from cts_console.ui.throughput.columns import Column
from cts_console.ui.throughput.past import make_past, resolution_for
from tests.monitor.engines import ENGINE, Engine
from tests.ui.conftest import opened
from tests.ui.test_throughput_tab import chart_of, collected, is_showing_charts

__all__ = ["collected"]

INSERT = "INSERT INTO item (name) VALUES ('x')"
DAY_S = 86_400


@pytest.fixture
def tab(qtbot, open_tab, plain_database):
    tab = open_tab(ThroughputTab, plain_database)
    qtbot.waitUntil(lambda: is_showing_charts(tab) and tab.keeper._identity is not None)
    return tab


def keep(tab, samples):
    with open_store() as store:
        store.record_samples(tab.keeper._identity, samples)


def yesterday(now_s: float) -> list[KeptSample]:
    """Return a sample a minute of the day before the last hour, with a pause of an hour in it."""
    first = int(now_s) // 60 * 60 - DAY_S
    return [
        KeptSample(
            (first + 60 * n) * 1000, 60.0, commits=600, wal_frames=5, rows_s=60.0,
            rows={"item": 60, "old": 120}, pages={"old": 4}, pages_unknown=1,
        )
        for n in range(23 * 60)
        if not 300 <= n < 360
    ]  # fmt: skip


def show_a_day(qtbot, tab) -> None:
    tab.header.windows.setCurrentIndex(tab.header.windows.findData(1440))
    history = tab.context.history
    qtbot.waitUntil(lambda: history.past is not None and history.past.samples.shape[1] > 100)


def test_what_was_sampled_is_kept_and_is_there_in_the_next_window(qtbot, tab, open_tab, context):
    engine = Engine(ENGINE, tab.database.path)
    with engine.process:
        engine.execute(*[INSERT] * 5)
        qtbot.waitUntil(lambda: context.history.last_commit_ms is not None)
        engine.end()
    tab.keeper.keep(all_of_it=True)
    qtbot.waitUntil(lambda: not context.browse.is_busy)
    with open_store() as store:
        kept = store.read_samples(tab.keeper._identity, 0, 2 * time.time_ns() // 10**6)
    assert sum(sample.commits or 0 for sample in kept) == 5
    assert kept[0].at_ms % 1000 == 0


def test_yesterday_is_shown_with_its_gap_and_the_present_after_it(qtbot, tab, context):
    now_s = time.time()
    keep(tab, yesterday(now_s))
    show_a_day(qtbot, tab)
    tab.redraw()
    commits = chart_of(tab, "commits")
    at_s, values = commits._picture.at_s, commits._picture.series[0].values
    assert (at_s[1:] >= at_s[:-1]).all()
    known = values[at_s < now_s - 3700]
    assert set(known[[math.isfinite(value) for value in known]].tolist()) == {10.0}
    in_the_pause = (at_s > now_s - DAY_S + 320 * 60) & (at_s < now_s - DAY_S + 340 * 60)
    assert in_the_pause.any()
    assert not any(math.isfinite(value) for value in values[in_the_pause])
    assert at_s[-1] > now_s - 30
    assert chart_of(tab, "rows").legend.text().startswith("item")
    assert "old" in chart_of(tab, "rows").legend.text()
    assert "old 80%" in chart_of(tab, "heat").text()
    assert "20% not known" in chart_of(tab, "heat").text()


def test_back_in_time_and_on_again(qtbot, tab, context):
    now_s = time.time()
    keep(tab, yesterday(now_s))
    tab.header.windows.setCurrentIndex(tab.header.windows.findData(60))
    for _ in range(3):
        tab.header.earlier.click()
    assert not tab.view.is_following
    assert tab.header.pause.isChecked()
    qtbot.waitUntil(lambda: context.history.past is not None)
    commits = chart_of(tab, "commits")
    qtbot.waitUntil(lambda: commits.legend.text().startswith("others 10"))
    assert commits.to_s == pytest.approx(now_s - 3 * 3600, abs=60)
    assert "sampling goes on" in tab._status_text()
    assert " to " in tab._status_text()
    for _ in range(3):
        tab.header.later.click()
    assert tab.view.is_following
    assert not tab.header.later.isEnabled()


def test_another_file_does_not_show_the_past_of_this_one(qtbot, tab, context, demo_database):
    keep(tab, yesterday(time.time()))
    show_a_day(qtbot, tab)
    tab.set_database(opened(demo_database))
    assert tab.context.history.past is None
    history = tab.context.history
    qtbot.waitUntil(lambda: history.past is not None)
    assert history.past.samples.shape == (len(Column), 0)


def test_a_side_database_that_is_damaged_is_told_once_and_sampling_goes_on(qtbot, tab, context):
    told: list[CtsError] = []
    context.navigator.error_raised.connect(told.append)
    # A connection that closes now would write its log over the damage.
    qtbot.waitUntil(lambda: store_path().exists() and not context.browse.is_busy)
    store_path().write_bytes(b"no database at all" * 100)
    for _ in range(3):
        samples = context.history.last.at_ms
        qtbot.waitUntil(lambda before=samples: context.history.last.at_ms > before)
        tab.keeper.keep(all_of_it=True)
        qtbot.waitUntil(lambda: not tab.keeper._is_writing)
    assert len(told) == 1
    assert "records" in told[0].title
    assert is_showing_charts(tab)
    # What could not be kept is kept once it can be.
    store_path().unlink()
    tab.keeper.keep(all_of_it=True)
    qtbot.waitUntil(lambda: tab.keeper.problem is None)
    with open_store() as store:
        assert len(store.read_samples(tab.keeper._identity, 0, 2 * time.time_ns() // 10**6)) >= 1


def test_samples_of_a_file_that_is_closed_are_kept(qtbot, tab, context):
    qtbot.waitUntil(lambda: context.history.last.interval_s > 0)
    identity = tab.keeper._identity
    tab.set_database(None)
    qtbot.waitUntil(lambda: not context.browse.is_busy)
    with open_store() as store:
        assert store.read_samples(identity, 0, 2 * time.time_ns() // 10**6)


@pytest.mark.parametrize(
    ("window_s", "resolution_s"), [(60, 1), (3600, 1), (3601, 10), (36_000, 10), (86_400, 60)]
)
def test_a_longer_picture_has_longer_samples(window_s, resolution_s):
    assert resolution_for(window_s) == resolution_s


@pytest.mark.parametrize("count", [0, 1, 100_000])
def test_nothing_one_sample_and_a_hundred_thousand(qtbot, tab, context, count):
    now_s = time.time()
    first = int(now_s) - 60 * count - 120
    kept = [
        KeptSample((first + 60 * n) * 1000, 60.0, commits=n, wal_frames=n, pending_frames=n,
                   rows_s=60.0, rows={"item": n}) for n in range(count)
    ]  # fmt: skip
    context.history.set_past(make_past(kept, first, now_s, 60))
    tab._reread()
    for chart in tab.charts:
        chart.draw(now_s, 60.0 * count + 600)
        points = [len(curve.xData) for curve in getattr(chart, "_curves", ()) if curve.isVisible()]
        # Two for each pixel, and what does not divide evenly.
        assert all(number <= 8 * chart.width() for number in points)
    assert tab.grab().width() > 0
