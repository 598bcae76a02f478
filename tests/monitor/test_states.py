"""What the file may do meanwhile: no log yet, checkpointed, truncated, replaced, gone."""

from __future__ import annotations

import pytest

from cts_console.errors import CtsError
from cts_console.monitor import Sampler, table_growth
from cts_console.sqlite import open_database, side_file

INSERT = "INSERT INTO trades (amount) VALUES (1)"


@pytest.fixture
def every_call_reads_rows(monkeypatch):
    monkeypatch.setattr(table_growth, "INTERVAL_S", 0.0)


def test_nobody_has_written_yet(ledger):
    with open_database(ledger) as connection:
        sampler = Sampler(connection)
        sampler.sample()
        sample = sampler.sample()
    assert (sample.commits, sample.frames, sample.wal_bytes_written) == (0, 0, 0)
    assert (sample.wal_bytes, sample.wal_frames, sample.missed) == (0, 0, 0)
    assert sample.journal_mode == "wal"


def test_an_engine_that_opens_the_file_later(sampler, engine):
    engine.execute(INSERT, INSERT)
    sample = sampler.sample()
    assert sample.commits == 2
    assert sample.wal_frames == sample.frames == 2
    assert sample.wal_bytes == 32 + 2 * (4096 + 24)
    assert sample.wal_bytes_written == 2 * (4096 + 24)
    assert sample.wal_frames_checkpointed == 0


def test_an_engine_that_opened_the_file_first(ledger, engine):
    engine.execute(INSERT)
    with open_database(ledger) as connection:
        sampler = Sampler(connection)
        assert sampler.sample().commits is None
        engine.execute(INSERT)
        assert sampler.sample().commits == 1


def test_readers_and_rollbacks_are_no_commits(sampler, engine):
    engine.execute("SELECT * FROM trades", "BEGIN", INSERT, "ROLLBACK")
    assert sampler.sample().commits == 0


def test_our_own_commits_count_as_everybody_s(sampler, ledger):
    with open_database(ledger, "read_write") as own:
        own.execute(INSERT)
        assert sampler.sample().commits == 1


@pytest.mark.parametrize("mode", ["PASSIVE", "FULL", "RESTART", "TRUNCATE"])
def test_a_checkpoint_writes_nothing_and_is_seen(sampler, engine, mode):
    engine.execute(INSERT)
    sampler.sample()
    engine.execute(f"PRAGMA wal_checkpoint({mode})")
    sample = sampler.sample()
    assert (sample.commits, sample.frames, sample.missed) == (0, 0, 0)
    assert sample.wal_frames == sample.wal_frames_checkpointed
    engine.execute(INSERT)
    sample = sampler.sample()
    assert (sample.commits, sample.frames, sample.missed) == (1, 1, 0)


def test_a_log_that_was_cut_off_between_two_samples(sampler, engine):
    engine.execute(INSERT)
    sampler.sample()
    engine.execute("PRAGMA wal_checkpoint(TRUNCATE)", INSERT)
    sample = sampler.sample()
    assert (sample.commits, sample.frames, sample.missed) == (1, 1, 0)


def test_the_end_of_an_earlier_generation_is_read_behind_the_present_one(sampler, engine):
    engine.execute(*[INSERT] * 3)
    sampler.sample()
    engine.execute(*[INSERT] * 5, "PRAGMA wal_checkpoint(RESTART)", *[INSERT] * 2)
    sample = sampler.sample()
    assert (sample.commits, sample.frames) == (7, 7)
    assert (sample.missed, sample.checkpoints) == (0, 1)
    assert sample.wal_frames == 2


def test_two_generations_in_one_interval(sampler, engine):
    engine.execute(INSERT)
    sampler.sample()
    engine.execute(*[INSERT] * 8)
    engine.execute("PRAGMA wal_checkpoint(RESTART)", *[INSERT] * 5)
    engine.execute("PRAGMA wal_checkpoint(RESTART)", *[INSERT] * 2)
    sample = sampler.sample()
    assert (sample.commits, sample.frames) == (15, 15)
    assert (sample.missed, sample.checkpoints) == (0, 2)


def test_a_generation_that_was_overwritten_whole_is_said_to_be_missed(sampler, engine):
    engine.execute(INSERT)
    sampler.sample()
    engine.execute(INSERT, "PRAGMA wal_checkpoint(RESTART)", *[INSERT] * 5)
    sample = sampler.sample()
    assert sample.commits == 6
    assert sample.missed == 1
    assert sample.frames == 5


def test_of_a_log_that_begins_and_starts_over_in_one_interval_something_is_missed(sampler, engine):
    engine.execute(*[INSERT] * 5, "PRAGMA wal_checkpoint(RESTART)", *[INSERT] * 2)
    sample = sampler.sample()
    assert (sample.commits, sample.frames, sample.missed) == (7, 2, 1)


def test_what_was_rolled_back_into_the_log_is_not_counted(sampler, engine):
    engine.execute(INSERT, "PRAGMA cache_size = 10")
    sampler.sample()
    big = (
        "INSERT INTO trades (note) WITH RECURSIVE n(i) AS "
        "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) SELECT randomblob(3000) FROM n"
    )
    engine.execute(INSERT, "BEGIN", big, "ROLLBACK")
    assert sampler._wal.stat().st_size > 100 * 4096  # it did spill
    engine.execute("PRAGMA wal_checkpoint(RESTART)", INSERT)
    sample = sampler.sample()
    assert (sample.commits, sample.frames, sample.missed) == (2, 2, 0)


def test_rows_are_told_by_table(every_call_reads_rows, sampler, engine):
    sampler.sample()
    engine.execute(INSERT, INSERT, "INSERT INTO pairs VALUES ('XRP/ETH')", "DELETE FROM trades")
    growth = sampler.sample().rows_per_table
    assert growth is not None
    assert growth.tables == ()  # net: they are gone again
    assert growth.left_out == 1  # pairs has no rowid
    engine.execute(INSERT, INSERT, INSERT)
    sample = sampler.sample()
    assert sample.rows_per_table is not None
    assert [(row.table, row.rows) for row in sample.rows_per_table.tables] == [("trades", 3)]
    assert sample.read_ms > 0


def test_a_rowid_that_is_a_time_does_not_count_as_so_many_rows(
    every_call_reads_rows, sampler, engine
):
    engine.execute("CREATE TABLE candles (opened_at INTEGER PRIMARY KEY, close REAL)")
    engine.execute("INSERT INTO candles VALUES (1700000000000, 1)")
    sampler.sample()
    engine.execute("INSERT INTO candles VALUES (1700000060000, 1), (1700000120000, 1)")
    growth = sampler.sample().rows_per_table
    assert growth is not None
    assert [(row.table, row.rows) for row in growth.tables] == [("candles", 2)]


def test_names_that_want_to_be_something_else(every_call_reads_rows, sampler, engine):
    engine.execute('CREATE TABLE "a"" b\n; DROP" (rowid TEXT, _rowid_ TEXT)')
    engine.execute("CREATE TABLE taken (rowid, _rowid_, oid)")
    engine.execute("CREATE VIRTUAL TABLE texts USING fts5(body)")
    sampler.sample()
    engine.execute('INSERT INTO "a"" b\n; DROP" VALUES (1, 2)', "INSERT INTO taken VALUES (1,2,3)")
    growth = sampler.sample().rows_per_table
    assert growth is not None
    assert [(row.table, row.rows) for row in growth.tables] == [('a" b\n; DROP', 1)]


def test_a_schema_of_two_thousand_tables(every_call_reads_rows, sampler, engine):
    engine.execute(*[f"CREATE TABLE t{n} (id INTEGER PRIMARY KEY)" for n in range(2000)])
    sampler.sample()
    engine.execute("INSERT INTO trades (amount) VALUES (1)")
    growth = sampler.sample().rows_per_table
    assert growth is not None
    assert growth.left_out == 2002 - table_growth.MOST_TABLES


def test_a_file_that_changes_to_wal_mode_while_it_is_watched(make_database, start_engine):
    path = make_database(wal=False)
    engine = start_engine(path)
    with open_database(path) as connection:
        sampler = Sampler(connection)
        sampler.sample()
        engine.execute(INSERT)
        assert sampler.sample().commits == 1
        engine.execute("PRAGMA journal_mode = wal")
        assert sampler.sample().commits is None  # two ways of counting do not compare
        engine.execute(INSERT)
        sample = sampler.sample()
    assert (sample.journal_mode, sample.commits) == ("wal", 1)


def test_a_file_that_is_gone(sampler, ledger):
    ledger.rename(ledger.with_name("moved.db"))
    with pytest.raises(CtsError, match="cannot be found") as caught:
        sampler.sample()
    assert caught.value.code == "not_found"


def test_a_file_that_was_replaced(sampler, ledger, make_database):
    make_database(name="other.db").replace(ledger)
    with pytest.raises(CtsError, match="was replaced") as caught:
        sampler.sample()
    assert caught.value.code == "not_found"


def test_a_file_that_was_opened_as_immutable_is_unwatched_not_idle(make_database):
    path = make_database()
    with open_database(path, "archive") as connection:
        sampler = Sampler(connection)
        sampler.sample()
        sample = sampler.sample()
    assert sample.journal_mode == "unwatched"
    assert sample.commits is None
    assert not side_file(path, "-shm").exists()
