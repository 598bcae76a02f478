"""Against a process that knows what it wrote: nothing left out, nothing counted twice."""

from __future__ import annotations

import os

import pytest

from cts_console.monitor import Sampler
from cts_console.sqlite import open_database
from tests.monitor.engines import watch

SECONDS = float(os.environ.get("CTS_FAULT_SECONDS", "2"))


@pytest.mark.parametrize(
    ("commits_per_s", "rows", "interval_s"), [(400, 3, 0.25), (150, 40, 0.1), (400, 3, 1.0)]
)
def test_commits_frames_and_rows_are_what_was_written(
    make_database, start_writer, commits_per_s, rows, interval_s
):
    path = make_database()
    writer = start_writer(path, commits_per_s=commits_per_s, rows=rows, seconds=2)
    with open_database(path) as connection:
        seen, told = watch(Sampler(connection), writer, interval_s)
    assert told["commits"] > 100
    assert seen.sum("commits") == told["commits"]
    assert seen.rows == told["rows"]
    assert told["busy"] == 0
    # What is missed is said; the frames are then too few, never too many.
    assert seen.sum("frames") <= told["frames"]
    if seen.sum("missed") == 0:
        assert seen.sum("frames") == told["frames"]
    assert seen.sum("checkpoints") >= told["frames"] // 1000 - 1


@pytest.mark.parametrize(
    ("commits_per_s", "rows", "most_off"), [(500, 40, 0.01), (5_000, 1, 0.02), (15_000, 1, 0.05)]
)
def test_ten_looks_a_second_see_what_was_written(
    make_database, start_writer, commits_per_s, rows, most_off
):
    """`CTS_FAULT_SECONDS=60` for the long run; `-s` shows what was seen."""
    path = make_database()
    writer = start_writer(path, commits_per_s=commits_per_s, rows=rows, seconds=SECONDS)
    with open_database(path) as connection:
        seen, told = watch(Sampler(connection), writer, 0.1)
    frames, missed = seen.sum("frames"), seen.sum("missed")
    print(f"{told}, seen {seen.sum('commits')}, {seen.rows}, {frames} frames, missed {missed}")
    assert seen.sum("commits") == told["commits"]
    assert seen.rows == told["rows"]
    assert frames <= told["frames"]
    assert missed > 0 or frames >= told["frames"] * (1 - most_off)


def test_a_slow_enough_writer_is_never_missed(make_database, start_writer):
    path = make_database()
    writer = start_writer(path, commits_per_s=300, rows=3, seconds=3)
    with open_database(path) as connection:
        seen, told = watch(Sampler(connection), writer, 0.05)
    assert seen.sum("missed") == 0
    assert seen.sum("checkpoints") >= 1
    assert seen.sum("frames") == told["frames"]
    frame_bytes = 4096 + 24
    headers = 32 * seen.sum("checkpoints")
    assert seen.sum("wal_bytes_written") == told["frames"] * frame_bytes + headers


def test_at_full_speed_commits_stay_exact_and_what_was_not_seen_is_said(
    make_database, start_writer
):
    path = make_database()
    writer = start_writer(path, commits_per_s=0, rows=1, seconds=2)
    with open_database(path) as connection:
        seen, told = watch(Sampler(connection), writer, 0.25)
    assert seen.sum("commits") == told["commits"]
    assert seen.rows == told["rows"]
    assert seen.sum("frames") <= told["frames"]
    assert seen.sum("missed") > 0 or seen.sum("frames") == told["frames"]


def test_in_rollback_mode_commits_are_exact_and_cost_the_writer_none(make_database, start_writer):
    path = make_database(wal=False)
    writer = start_writer(path, commits_per_s=200, rows=2, seconds=2)
    with open_database(path) as connection:
        seen, told = watch(Sampler(connection), writer, 0.02)
    assert seen.sum("commits") == told["commits"] > 100
    assert told["busy"] == 0
    last = seen.samples[-1]
    assert last.journal_mode == "rollback"
    assert last.frames is None
    assert last.wal_bytes_written is None
    assert last.rows_per_table is None
    assert last.size_bytes == path.stat().st_size


def test_the_interval_is_measured(make_database):
    with open_database(make_database()) as connection:
        sampler = Sampler(connection)
        first, second = sampler.sample(), sampler.sample()
    assert (first.interval_s, first.commits) == (0.0, None)
    assert second.commits == 0
    assert 0 < second.interval_s < 60
    assert second.at_ms >= first.at_ms
