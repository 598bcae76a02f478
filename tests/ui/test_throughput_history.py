from __future__ import annotations

import math
from dataclasses import replace

import pytest

from cts_console.monitor import PageWrites, RowGrowth, Sample, TablePages, TableRows
from cts_console.ui.throughput.columns import Column
from cts_console.ui.throughput_history import LONGEST_WINDOW_S, ThroughputHistory
from cts_console.worker import Target
from tests.monitor.engines import ENGINE, Engine


def make_sample(at_s: float, *, commits: int | None = 5, growth: RowGrowth | None = None) -> Sample:
    return Sample(
        at_ms=int(at_s * 1000),
        interval_s=0.25,
        commits=commits,
        frames=commits,
        wal_bytes_written=commits,
        wal_bytes=0,
        wal_frames=7,
        wal_frames_checkpointed=3,
        size_bytes=0,
        checkpoints=0,
        missed=0,
        journal_mode="wal",
        rows_per_table=growth,
    )


@pytest.fixture
def history(context):
    return context.history


def test_every_view_of_a_window_shares_one_history(context):
    assert context.history is context.history
    assert isinstance(context.history, ThroughputHistory)


def test_rates_are_of_the_measured_interval(history):
    history._on_sample(make_sample(1000.0))
    window = history.window(0, 2000)
    assert window is not None
    assert window[Column.COMMITS_PER_S].tolist() == [20.0]
    assert window[Column.PENDING_FRAMES].tolist() == [4.0]


def test_the_unknown_is_a_gap_and_no_zero(history):
    history._on_sample(make_sample(1000.0, commits=None))
    window = history.window(0, 2000)
    assert window is not None
    assert math.isnan(window[Column.COMMITS_PER_S][0])
    assert history.last_commit_ms is None


def test_a_window_begins_with_the_sample_before_it(history):
    for second in range(10):
        history._on_sample(make_sample(1000.0 + second))
    window = history.window(1004.5, 1007.0)
    assert window is not None
    assert window[Column.AT_S].tolist() == [1004.0, 1005.0, 1006.0, 1007.0]


def test_a_quarter_of_an_hour_is_kept_and_no_more(history):
    for number in range(4 * LONGEST_WINDOW_S + 500):
        history._on_sample(make_sample(number / 4))
    window = history.window(0, 1e9)
    assert window is not None
    assert window[Column.AT_S][-1] - window[Column.AT_S][0] == LONGEST_WINDOW_S


def test_a_table_that_comes_later_had_no_rows_before(history):
    history._on_sample(make_sample(1000, growth=RowGrowth(2.0, (TableRows("a", 10),), 0)))
    history._on_sample(
        make_sample(1001, growth=RowGrowth(1.0, (TableRows("a", 1), TableRows("b", 3)), 0))
    )
    window = history.rows_window(0, 2000)
    assert window is not None
    assert history.tables == ("a", "b")
    assert window.tolist() == [[1000.0, 1001.0], [5.0, 1.0], [0.0, 3.0]]


def test_another_file_begins_with_nothing_and_the_same_one_goes_on(qtbot, history, plain_database):
    history.watch(Target(plain_database))
    qtbot.waitUntil(lambda: history.last is not None)
    history.watch(Target(plain_database))
    assert history.last is not None
    history.watch(None)
    assert history.last is None
    assert history.window(0, 1e12) is None


def test_never_are_two_samples_under_way(qtbot, history, context, plain_database):
    history.watch(Target(plain_database))
    for _ in range(50):
        history.take()
    assert len(context.monitor._askers) == 1
    qtbot.waitUntil(lambda: history.last is not None)


def test_while_it_is_held_no_sample_is_taken(qtbot, history, context, plain_database):
    history.watch(Target(plain_database))
    history.hold()
    qtbot.waitUntil(lambda: history.last is not None and not context.monitor.is_busy)
    history.take()
    assert not context.monitor.is_busy
    history.resume()
    assert context.monitor.is_busy


def test_a_peak_is_of_a_second_at_least(history):
    for commits in (1000, 0, 0, 0):
        history._on_sample(make_sample(1000.0, commits=commits))
    assert history.peak_commits_per_s == 1000.0


def test_a_file_that_goes_and_comes_back(qtbot, history, plain_database):
    history.set_watched(history, watched=True)
    history.watch(Target(plain_database))
    qtbot.waitUntil(lambda: history.last is not None)
    moved = plain_database.rename(plain_database.with_name("moved.db"))
    qtbot.waitUntil(lambda: history.error is not None)
    assert history.error.code == "not_found"
    moved.rename(plain_database)
    qtbot.waitUntil(lambda: history.error is None)


def test_commits_of_another_process_arrive(qtbot, history, plain_database):
    history.watch(Target(plain_database))
    qtbot.waitUntil(lambda: history.last is not None)
    engine = Engine(ENGINE, plain_database)
    with engine.process:
        engine.execute("INSERT INTO item (name) VALUES ('x')")
        qtbot.waitUntil(lambda: history.last_commit_ms is not None)
        qtbot.waitUntil(lambda: history.tables == ("item",))
        engine.end()


def test_of_very_many_tables_the_later_ones_are_added_up(monkeypatch):
    from cts_console.ui.throughput import table_ring

    monkeypatch.setattr(table_ring, "MOST_TABLES", 2)
    ring = table_ring.TableRing(4)
    ring.append(1.0, {"a": 1.0})
    ring.append(2.0, {"b": 2.0, "c": 3.0, "d": 4.0, "a": 5.0})
    assert ring.tables == ["a", "b", ""]
    assert ring.view().tolist() == [[1.0, 2.0], [1.0, 5.0], [0.0, 2.0], [0.0, 7.0]]


def test_pages_of_a_time_are_added_up_by_table(history):
    heat = PageWrites((TablePages("a", 3, 1),), 2, 1, is_mapped=True)
    growth = RowGrowth(1.0, (), 0)
    for second in range(4):
        history._on_sample(
            replace(make_sample(1000.0 + second, growth=growth), pages_per_table=heat)
        )
    assert history.pages_window(1000.5, 1002.0) == {"a": 8.0, "": 6.0}
    assert history.pages_window(2000.0, 3000.0) == {"a": 0.0, "": 0.0}
