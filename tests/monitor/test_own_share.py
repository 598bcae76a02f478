"""The console's own part is told from that of all processes."""

from __future__ import annotations

import threading
import time

import pytest

from cts_console.errors import CtsError
from cts_console.monitor.lock_probe import probe_write_lock
from cts_console.sqlite import open_database, own_use, read_transaction, transaction

INSERT = "INSERT INTO trades (amount) VALUES (1)"


@pytest.fixture
def own(ledger):
    with open_database(ledger, "read_write") as connection:
        yield connection


def test_ours_and_theirs(sampler, own, engine):
    engine.execute(*[INSERT] * 5)
    with transaction(own):
        own.execute(INSERT)
        own.execute(INSERT)
    own.execute(INSERT)
    own.execute_many("INSERT INTO trades (amount) VALUES (?)", [(1,), (2,)])
    sample = sampler.sample()
    assert sample.commits == 5 + 4
    assert sample.own.commits == 4
    assert sample.own.wal_bytes == 4 * (4096 + 24)
    assert sample.wal_bytes_written == 9 * (4096 + 24)
    assert sampler.sample().own.commits == 0


def test_what_writes_nothing_is_no_commit(sampler, own):
    with transaction(own):
        pass
    own.execute("BEGIN IMMEDIATE")
    own.execute(INSERT)
    own.roll_back()
    own.execute("CREATE TEMP TABLE scratch (a); INSERT INTO scratch VALUES (1)")
    sample = sampler.sample()
    assert (sample.commits, sample.own.commits) == (0, 0)


def test_a_connection_of_another_file_is_not_ours(sampler, make_database):
    with open_database(make_database(name="other.db"), "read_write") as other:
        other.execute(INSERT)
    assert sampler.sample().own.commits == 0


def test_the_time_of_a_commit_is_measured_and_the_lock_with_it(sampler, own):
    with transaction(own):
        own.execute(INSERT)
        time.sleep(0.02)
    share = sampler.sample().own
    assert 0 < share.commit_ms <= share.longest_commit_ms
    assert share.lock_ms >= 20
    assert share.commit_ms < share.lock_ms
    assert sampler.sample().own.commit_ms is None


def test_a_wait_for_another_process_is_counted(sampler, own, engine):
    engine.execute("BEGIN IMMEDIATE")
    own.set_busy_timeout(60)
    with own.guard(), pytest.raises(CtsError) as raised, transaction(own):
        own.execute(INSERT)
    assert raised.value.code == "locked"
    share = sampler.sample().own
    assert share.waits == 1
    assert share.wait_ms > 20
    assert share.lock_ms == 0


def test_a_commit_that_fails_in_rollback_mode_counts_once_it_succeeds(make_database, start_engine):
    path = make_database(wal=False, name="rollback.db")
    engine = start_engine(path)
    with open_database(path, "read_write") as own:
        own.set_busy_timeout(0)
        use = own_use(path)
        before = use.totals.commits
        engine.execute("BEGIN", "SELECT * FROM trades")
        own.execute("BEGIN IMMEDIATE")
        own.execute(INSERT)
        for _ in range(3):
            with pytest.raises(CtsError):
                own.execute("COMMIT")
        engine.execute("COMMIT")
        own.execute("COMMIT")
        assert use.totals.commits == before + 1


def test_the_age_of_our_oldest_read(sampler, ledger):
    with open_database(ledger) as reader, open_database(ledger) as later:
        with read_transaction(reader):
            time.sleep(0.02)
            with read_transaction(later):
                assert sampler.sample().own.oldest_read_ms >= 20
        assert sampler.sample().own.oldest_read_ms == 0
        rows = reader.stream_rows("SELECT 1 UNION ALL SELECT 2")
        next(rows)
        assert sampler.sample().own.oldest_read_ms > 0
        reader.abandon()
        assert sampler.sample().own.oldest_read_ms == 0


def test_counts_of_many_threads_are_not_lost(ledger, sampler):
    def write() -> None:
        with open_database(ledger, "read_write") as connection, connection.guard():
            connection.set_busy_timeout(20_000)
            for _ in range(50):
                with transaction(connection):
                    connection.execute(INSERT)

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sample = sampler.sample()
    assert sample.commits == sample.own.commits == 150


def test_the_probe_takes_the_lock_for_a_moment_and_writes_nothing(own, engine, sampler):
    probe = probe_write_lock(own)
    assert probe.was_had
    assert probe.waited_ms < 1000
    assert not own.in_transaction
    assert engine.execute(INSERT) == [[]]
    assert sampler.sample().own.commits == 0


def test_the_probe_tells_of_a_lock_that_is_held(own, engine):
    engine.execute("BEGIN IMMEDIATE")
    probe = probe_write_lock(own, longest_s=0.05)
    assert not probe.was_had
    assert probe.waited_ms >= 40
