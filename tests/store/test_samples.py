"""Samples: kept, thinned with age, nothing lost of what they add up to."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cts_console.errors import CtsError
from cts_console.sqlite import open_database, transaction
from cts_console.store import KeptSample, merge_samples, open_store, store_path
from cts_console.store.migrations import apply_migrations
from cts_console.store.samples import insert_samples, read_samples, thin_samples
from tests.store.test_identity import identity_of, make

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
NOW_MS = 1_700_000_000_000

NAMES = ["trades", 'it\'s "one"\n', "=cmd"]
counts = st.none() | st.integers(0, 10**6)
per_table = st.dictionaries(st.sampled_from(["trades", 'it\'s "one"\n', "=cmd"]), st.integers(0, 9))
kept = st.builds(
    KeptSample,
    at_ms=st.integers(0, 3 * 86_400).map(lambda second: NOW_MS - 1000 * second),
    interval_s=st.integers(0, 5).map(float),
    unknown_s=st.integers(0, 5).map(float),
    commits=counts,
    frames=counts,
    own_commits=st.integers(0, 9),
    own_longest_ms=st.none() | st.integers(0, 9).map(float),
    missed=st.integers(0, 3),
    wal_frames=counts,
    rows_s=st.integers(0, 3).map(float),
    rows=per_table,
    pages=per_table,
)


def unique(samples: list[KeptSample]) -> list[KeptSample]:
    """Return samples in the order of time, one for each second."""
    by_time = {sample.at_ms // 1000: sample for sample in samples}
    return [by_time[second] for second in sorted(by_time)]


def totals(samples: list[KeptSample]) -> dict[str, object]:
    """Return everything that thinning must keep."""
    rows: Counter[str] = Counter()
    pages: Counter[str] = Counter()
    for sample in samples:
        rows.update(sample.rows)
        pages.update(sample.pages)
    commits = [sample.commits for sample in samples if sample.commits is not None]
    longest = [sample.own_longest_ms for sample in samples if sample.own_longest_ms is not None]
    return {
        "commits": sum(commits) if commits else None,
        "frames": sum(sample.frames or 0 for sample in samples),
        "known_s": sum(sample.interval_s for sample in samples),
        "unknown_s": sum(sample.unknown_s for sample in samples),
        "missed": sum(sample.missed for sample in samples),
        "own": sum(sample.own_commits for sample in samples),
        "longest": max(longest, default=None),
        "most": max((sample.wal_frames or 0 for sample in samples), default=0),
        "rows": +rows,
        "rows_s": sum(sample.rows_s for sample in samples),
        "pages": +pages,
    }


@given(st.lists(kept, max_size=30).map(unique), st.sampled_from([1, 10, 60, 7]))
def test_merging_keeps_every_sum(samples, resolution_s):
    merged = merge_samples(samples, resolution_s)
    assert totals(merged) == totals(samples)
    assert all(sample.at_ms % (resolution_s * 1000) == 0 for sample in merged)
    assert len({sample.at_ms for sample in merged}) == len(merged)


@settings(max_examples=25)
@given(st.lists(kept, max_size=30).map(unique), st.lists(st.integers(0, 2 * DAY_MS), max_size=3))
def test_thinning_keeps_every_sum_however_often_it_runs(tmp_path_factory, samples, steps):
    path = tmp_path_factory.mktemp("thin") / "s.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        apply_migrations(connection)
        connection.execute(
            "INSERT INTO databases (id, device, inode, last_path, first_seen_at, last_seen_at) "
            "VALUES (1, '', '', '', 0, 0)"
        )
        with transaction(connection):
            insert_samples(connection, 1, samples)
        now_ms = NOW_MS
        for step_ms in (0, *steps):
            now_ms += step_ms
            with transaction(connection):
                thin_samples(connection, 1, now_ms)
            found = read_samples(connection, 1, 0, now_ms + 1, 1)
            assert totals(found) == totals(samples)
        ages = connection.read_rows("SELECT resolution_s, min(at) FROM samples GROUP BY 1")
    for resolution, oldest_ms in ages:
        assert isinstance(resolution, int)
        assert isinstance(oldest_ms, int)
        kept_ms = {1: HOUR_MS + 10_000, 10: DAY_MS + 60_000, 60: 31 * DAY_MS}[resolution]
        assert now_ms - oldest_ms <= kept_ms


def test_the_unknown_stays_unknown(tmp_path):
    nothing = KeptSample(NOW_MS, unknown_s=1.0)
    assert nothing.plus(nothing).commits is None
    some = replace(nothing, commits=0, interval_s=2.0)
    assert nothing.plus(some).commits == 0
    assert nothing.plus(some).unknown_s == 2.0


def test_what_was_kept_is_there_after_a_restart_and_goes_on(tmp_path: Path) -> None:
    identity = identity_of(make(tmp_path / "a.db"))
    now_ms = time.time_ns() // 10**9 * 1000
    first = [KeptSample(now_ms - 1000 * age, 1.0, commits=age, rows={"t": 1}) for age in (9, 8)]
    with open_store() as store:
        store.record_samples(identity, first)
    second = [KeptSample(now_ms - 1000 * age, 1.0, commits=age) for age in (8, 7)]
    with open_store() as store:
        store.record_samples(identity, second)
        found = store.read_samples(identity, 0, now_ms + 1000)
    # The second in which one console ended and the next began is kept once.
    assert [sample.commits for sample in found] == [9, 8, 7]
    assert found[0].rows == {"t": 1}


def test_of_a_time_only_what_belongs_to_it_and_of_another_database_nothing(tmp_path: Path) -> None:
    now_ms = time.time_ns() // 10**9 * 1000
    identity = identity_of(make(tmp_path / "a.db"))
    with open_store() as store:
        samples = [KeptSample(now_ms - 1000 * age, 1.0, commits=1) for age in range(600)]
        store.record_samples(identity, samples)
        tenths = store.read_samples(identity, now_ms - 100_000, now_ms, 10)
        assert {sample.at_ms % 10_000 for sample in tenths} == {0}
        assert 10 <= len(tenths) <= 12
        assert store.read_samples(identity_of(make(tmp_path / "b.db")), 0, now_ms) == []


def test_what_is_older_than_a_month_is_forgotten(tmp_path: Path) -> None:
    now_ms = time.time_ns() // 10**9 * 1000
    identity = identity_of(make(tmp_path / "a.db"))
    with open_store() as store:
        old = [KeptSample(now_ms - days * DAY_MS, 1.0, commits=days) for days in (40, 20, 2)]
        store.record_samples(identity, old)
        assert [sample.commits for sample in store.read_samples(identity, 0, now_ms)] == [20, 2]


def test_a_side_database_that_is_locked_says_so_and_keeps_nothing_by_halves(tmp_path, monkeypatch):
    from cts_console.store import store as module

    monkeypatch.setattr(module, "BUSY_TIMEOUT_MS", 10)
    identity = identity_of(make(tmp_path / "a.db"))
    with open_store() as store, open_database(store_path(), "read_write") as other:
        with transaction(other), pytest.raises(CtsError) as raised:
            store.record_samples(identity, [KeptSample(NOW_MS)])
        assert raised.value.code == "locked"
        assert store.read_samples(identity, 0, NOW_MS + 1) == []
