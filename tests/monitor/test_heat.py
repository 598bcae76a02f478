"""Which tables were written, against a process that knows, and against SQLite's own `dbstat`."""

from __future__ import annotations

import struct
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cts_console.monitor import Sampler, page_owners, table_heat
from cts_console.monitor.page_owners import Owner, PageOwners, read_children
from cts_console.sqlite import open_database

SCHEMA = (
    "CREATE TABLE candles (id INTEGER PRIMARY KEY, pair TEXT, close REAL, note TEXT)",
    "CREATE INDEX idx_candles ON candles (pair, close)",
    "CREATE TABLE state (id INTEGER PRIMARY KEY, at INTEGER)",
    "INSERT INTO state VALUES (1, 0), (2, 0)",
)
CANDLES = (
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {0}) "
    "INSERT INTO candles (pair, close, note) "
    "SELECT 'P' || (i * 7919 % 1000), i * 1.5, hex(randomblob(40)) FROM n"
)


@pytest.fixture
def ledger(make_database):
    return make_database()


@pytest.fixture
def engine(ledger, start_engine):
    engine = start_engine(ledger)
    engine.execute(*SCHEMA)
    return engine


@pytest.fixture
def sampler(ledger, engine):
    with open_database(ledger) as connection:
        sampler = Sampler(connection)
        sampler.sample()
        yield sampler


def pages_of(sample):
    heat = sample.pages_per_table
    return {table.table: (table.pages, table.index_pages) for table in heat.tables}


def heat_of(sampler):
    return sampler.sample().pages_per_table


def sample_until_mapped(sampler):
    for _ in range(500):
        heat = sampler.sample().pages_per_table
        if heat is not None and heat.is_mapped:
            return
    raise AssertionError("never mapped")


def test_updates_and_deletions_are_seen_where_they_were_made(sampler, engine):
    engine.execute("UPDATE state SET at = at + 1", "DELETE FROM state WHERE id = 2")
    sample = sampler.sample()
    assert pages_of(sample) == {"state": (2, 0)}
    assert sample.pages_per_table.unknown == sample.pages_per_table.left_out == 0


def test_an_insert_writes_the_table_and_its_index(sampler, engine):
    engine.execute("INSERT INTO candles (pair, close) VALUES ('A', 1)")
    assert pages_of(sampler.sample()) == {"candles": (1, 1)}


def test_every_frame_is_counted_once(sampler, engine):
    for rows in (1, 50, 400):
        engine.execute(CANDLES.format(rows), "UPDATE state SET at = at + 1")
        sample = sampler.sample()
        heat = sample.pages_per_table
        told = sum(sum(pages) for pages in pages_of(sample).values())
        assert told + heat.unknown + heat.left_out == sample.frames


@pytest.mark.parametrize("checkpointed", [False, True])
def test_the_map_is_that_of_dbstat_while_the_tables_grow(ledger, sampler, engine, checkpointed):
    for _ in range(12):
        engine.execute(CANDLES.format(700))
        if checkpointed:
            engine.execute("PRAGMA wal_checkpoint(PASSIVE)")
        sampler.sample()
    sample_until_mapped(sampler)
    with open_database(ledger) as connection:
        pages = connection.read_rows("SELECT name, pageno FROM dbstat")
    owners = sampler._heat._owners
    wrong = [
        (name, page)
        for name, page in pages
        if (owner := owners.owner(page)) is None or owner.name != name
    ]
    assert len(pages) > 200
    assert wrong == []


def test_a_file_that_was_large_before_is_mapped_in_slices(ledger, engine, monkeypatch):
    engine.execute(CANDLES.format(40_000), "PRAGMA wal_checkpoint(TRUNCATE)")
    monkeypatch.setattr(table_heat, "LEARNING_S", 0.0)
    with open_database(ledger) as connection:
        sampler = Sampler(connection)
        sampler.sample()
        engine.execute("UPDATE candles SET close = 0 WHERE id BETWEEN 19000 AND 19050")
        heat = heat_of(sampler)
        assert not heat.is_mapped
        assert heat.unknown > 0
        monkeypatch.setattr(table_heat, "LEARNING_S", 0.002)
        sample_until_mapped(sampler)
        engine.execute("UPDATE candles SET close = 0 WHERE id BETWEEN 19000 AND 19050")
        heat = heat_of(sampler)
        assert heat.unknown == 0
        assert [table.table for table in heat.tables] == ["candles"]


def test_beyond_the_mapped_pages_the_owner_is_not_known(ledger, engine, monkeypatch):
    engine.execute(CANDLES.format(5_000))
    monkeypatch.setattr(page_owners, "MOST_PAGES", 20)
    with open_database(ledger) as connection:
        sampler = Sampler(connection)
        sampler.sample()
        engine.execute("UPDATE candles SET close = 0 WHERE id > 4000")
        assert heat_of(sampler).unknown > 10


def test_of_too_many_frames_some_are_looked_at_and_the_rest_is_said(sampler, engine, monkeypatch):
    monkeypatch.setattr(table_heat, "MOST_FRAMES", 10)
    engine.execute(CANDLES.format(5_000))
    sample = sampler.sample()
    heat = sample.pages_per_table
    looked_at = sum(sum(pages) for pages in pages_of(sample).values()) + heat.unknown
    assert 5 <= looked_at <= 11
    assert looked_at + heat.left_out == sample.frames


def test_frames_of_the_log_that_has_just_ended_are_counted(sampler, engine):
    engine.execute(*["UPDATE state SET at = at + 1"] * 8)
    sampler.sample()
    engine.execute(*["UPDATE state SET at = at + 1"] * 8)
    engine.execute("PRAGMA wal_checkpoint(RESTART)")
    engine.execute(*["INSERT INTO trades (amount) VALUES (1)"] * 3)
    sample = sampler.sample()
    pages = pages_of(sample)
    # The new frames lie over the first ones: what is left of the others is counted.
    assert pages["trades"] == (3, 0)
    assert pages["state"][0] + sample.pages_per_table.left_out == 8
    assert pages["state"][0] > 0


def test_a_new_table_is_known_once_the_schema_was_read(sampler, engine, monkeypatch):
    from cts_console.monitor import table_growth

    monkeypatch.setattr(table_growth, "INTERVAL_S", 0.0)
    engine.execute("CREATE TABLE fresh (a)", "INSERT INTO fresh VALUES (1)")
    assert pages_of(sampler.sample())["fresh"] == (2, 0)


def test_outside_wal_nothing_is_claimed(make_database):
    path = make_database(wal=False, name="rollback.db")
    with open_database(path) as connection:
        sampler = Sampler(connection)
        sampler.sample()
        assert sampler.sample().pages_per_table is None


def test_a_sampler_keeps_up_with_a_writer(make_database, start_writer):
    from tests.monitor.engines import watch

    path = make_database()
    writer = start_writer(path, commits_per_s=300, rows=20, seconds=2)
    with open_database(path) as connection:
        seen, told = watch(Sampler(connection), writer, 0.1)
    pages: Counter[str] = Counter()
    unknown = 0
    for sample in seen.samples:
        heat = sample.pages_per_table
        for table in heat.tables if heat else ():
            pages[table.table] += table.pages + table.index_pages
        unknown += heat.unknown + heat.left_out if heat else 0
    # The first page changes with every page that the file grows by.
    assert set(pages) == {"trades", "sqlite_schema"}
    assert pages["trades"] > 0.8 * told["frames"]
    assert unknown < 0.05 * told["frames"]


@given(st.binary(max_size=600), st.integers(1, 3))
def test_any_bytes_are_read_without_an_error(data, page):
    assert all(isinstance(child, int) for child in read_children(page, data))


def test_a_b_tree_that_goes_round_in_a_circle_comes_to_an_end():
    def page(number: int) -> bytes:
        header = struct.pack(">BHHHBI", 5, 0, 1, 20, 0, number % 4 + 2)
        return (header + struct.pack(">H", 20)).ljust(20, b"\0") + struct.pack(">I", 5 - number % 4)

    owners = PageOwners(page)
    owners.begin([(Owner("a", "a"), 2)], 10)
    for _ in range(50):
        owners.learn(0.001)
    assert owners.is_complete


def test_of_very_many_tables_those_that_were_written_most_are_named(sampler, engine, monkeypatch):
    from cts_console.monitor import table_growth

    monkeypatch.setattr(table_growth, "INTERVAL_S", 0.0)
    monkeypatch.setattr(table_heat, "MOST_TABLES", 3)
    engine.execute(*(f"CREATE TABLE many_{n} (a)" for n in range(9)))
    sampler.sample()
    engine.execute(*["INSERT INTO many_1 VALUES (1)"] * 5)
    engine.execute(*(f"INSERT INTO many_{n} VALUES (1)" for n in range(9)))
    sample = sampler.sample()
    heat = sample.pages_per_table
    assert len(heat.tables) == 3
    assert pages_of(sample)["many_1"] == (6, 0)
    assert sum(sum(pages) for pages in pages_of(sample).values()) + heat.unknown == sample.frames
