from __future__ import annotations

import sys

import pytest

from cts_console.errors import CtsError
from cts_console.maintenance import (
    SLICE_S,
    estimate_analyze_s,
    estimate_incremental_vacuum_s,
    estimate_index_build_s,
    estimate_index_drop_s,
    estimate_vacuum_s,
    is_being_written,
    pass_gate,
    read_users,
)
from cts_console.sqlite import open_database

LINUX = sys.platform.startswith("linux")


@pytest.fixture
def connection(ledger):
    with open_database(ledger, "read_write") as connection:
        connection.read_value("SELECT 1 FROM trades")
        yield connection


def test_short_work_passes_beside_others(connection, ledger, start_engine):
    start_engine(ledger).execute("SELECT 1 FROM trades")
    leave = pass_gate(connection, what="a checkpoint", estimated_hold_s=SLICE_S)
    assert not leave.alone
    assert not leave.overruled


def test_long_work_beside_others_is_refused_with_who_why_and_when(connection, ledger, start_engine):
    engine = start_engine(ledger)
    engine.execute("SELECT 1 FROM trades")
    with pytest.raises(CtsError) as caught:
        pass_gate(connection, what="migration 102", estimated_hold_s=12.34)
    assert caught.value.code == "locked"
    assert "migration 102" in caught.value.message
    assert str(ledger) in caught.value.message
    assert "12.3 s" in caught.value.message
    assert (str(engine.pid) in caught.value.message) is LINUX
    assert "being written" not in caught.value.message
    assert "overrule" in caught.value.hint


def test_a_refusal_says_that_somebody_is_writing_now(connection, ledger, start_busy_engine):
    start_busy_engine(ledger)
    with pytest.raises(CtsError, match="being written right now"):
        pass_gate(connection, what="VACUUM", estimated_hold_s=1)


def test_a_person_can_overrule(connection, ledger, start_engine):
    start_engine(ledger).execute("SELECT 1 FROM trades")
    leave = pass_gate(connection, what="VACUUM", estimated_hold_s=60, overrule=True)
    assert leave.overruled
    assert not leave.alone


def test_alone_any_work_passes_and_where_nobody_can_tell_none(connection, ledger):
    if read_users(ledger).known:
        assert pass_gate(connection, what="VACUUM", estimated_hold_s=60).alone
    else:
        with pytest.raises(CtsError, match="does not tell"):
            pass_gate(connection, what="VACUUM", estimated_hold_s=60)


@pytest.mark.parametrize("wal", [True, False])
def test_commits_of_others_are_noticed(make_database, start_busy_engine, wal):
    path = make_database(wal=wal)
    start_busy_engine(path)
    with open_database(path) as connection:
        assert is_being_written(connection, window_s=30)


@pytest.mark.parametrize("wal", [True, False])
def test_an_idle_or_reading_neighbour_does_not_write(make_database, start_engine, wal):
    path = make_database(wal=wal)
    engine = start_engine(path)
    engine.execute("BEGIN")
    engine.execute("SELECT count(*) FROM trades")
    with open_database(path) as connection:
        assert not is_being_written(connection)


def test_a_commit_into_a_log_that_was_reset_is_noticed(ledger, start_engine):
    engine = start_engine(ledger)
    with open_database(ledger) as connection:
        connection.read_value("SELECT 1 FROM trades")
        engine.execute("UPDATE trades SET amount = 1 WHERE id = 1")
        engine.execute("PRAGMA wal_checkpoint(RESTART)")
        looks = []

        class Window:
            """Commits the same one frame between the first look and the second."""

            def __radd__(self, now_s: float) -> float:
                looks.append(engine.execute("UPDATE trades SET amount = 2 WHERE id = 1"))
                return now_s + 30

        assert is_being_written(connection, window_s=Window())  # type: ignore[arg-type]  # a clock that acts
        assert looks == [[]]


def test_the_estimate_grows_with_the_table_and_small_ones_fit_a_slice(connection):
    connection.execute(
        "CREATE TABLE candles (ts INTEGER PRIMARY KEY, close REAL);"
        "CREATE TABLE settings (key TEXT PRIMARY KEY) WITHOUT ROWID;"
        "CREATE TABLE clocks (ms INTEGER PRIMARY KEY);"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)"
        " INSERT INTO candles SELECT i, i FROM n;"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)"
        " INSERT INTO settings SELECT i FROM n;"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)"
        " INSERT INTO clocks SELECT i * 1000000000 FROM n;"
    )
    for estimate in (estimate_index_build_s, estimate_analyze_s):
        assert estimate(connection, "mirror") == 0
        assert estimate(connection, "trades") < SLICE_S
        assert estimate(connection, "candles") > SLICE_S
    # Neither a table without rowid nor sparse rowids make it absurd: the file's size bounds it.
    for table in ("settings", "clocks"):
        assert SLICE_S < estimate_index_build_s(connection, table) < 10
    assert estimate_index_drop_s(connection, "candles") > 0
    assert estimate_index_drop_s(connection, "candles") < estimate_index_build_s(
        connection, "candles"
    )
    # A limit takes the growth away.
    assert estimate_analyze_s(connection, "candles", limit=400) < SLICE_S
    assert estimate_analyze_s(connection, "trades", limit=400) <= estimate_analyze_s(
        connection, "trades"
    )
    assert estimate_vacuum_s(connection) > SLICE_S
    assert estimate_incremental_vacuum_s(100_000) > SLICE_S > estimate_incremental_vacuum_s(100)
