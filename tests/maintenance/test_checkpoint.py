from __future__ import annotations

import pytest

from cts_console.errors import CtsError
from cts_console.maintenance import CHECKPOINT_MODES, run_checkpoint
from cts_console.pragmas import read_pragmas
from cts_console.sqlite import Connection, open_database, side_file, transaction


@pytest.fixture
def connection(ledger):
    with open_database(ledger, "read_write") as connection:
        yield connection


def busy_timeout_of(connection: Connection) -> str:
    return next(row.value for row in read_pragmas(connection) if row.name == "busy_timeout")


@pytest.mark.parametrize("mode", CHECKPOINT_MODES)
def test_every_mode_moves_the_whole_log_when_nobody_is_in_the_way(connection, ledger, mode):
    connection.execute("INSERT INTO mirror (amount) VALUES (1)")
    result = run_checkpoint(connection, mode)
    assert not result.busy
    assert result.mode == mode
    assert result.log_frames == result.checkpointed_frames
    assert (side_file(ledger, "-wal").stat().st_size == 0) is (mode == "truncate")


@pytest.mark.parametrize("mode", ["full", "restart", "truncate"])
def test_it_waits_for_nobody_and_says_who_was_in_the_way(connection, ledger, start_engine, mode):
    reader = start_engine(ledger)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM mirror")
    connection.execute("INSERT INTO mirror (amount) VALUES (1)")
    waits: list[float] = []
    with connection.guard(on_wait=waits.append):
        result = run_checkpoint(connection, mode)
    assert result.busy
    assert waits == []
    assert busy_timeout_of(connection) == "30000"
    assert start_engine(ledger).execute("INSERT INTO mirror (amount) VALUES (2)") == []


def test_passive_moves_what_it_can_beside_a_reader(connection, ledger, start_engine):
    reader = start_engine(ledger)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM mirror")
    connection.execute("INSERT INTO mirror (amount) VALUES (1)")
    result = run_checkpoint(connection)
    assert result.checkpointed_frames < result.log_frames


def test_a_writer_next_door_keeps_a_truncation_from_starting(connection, ledger, start_engine):
    writer = start_engine(ledger)
    writer.execute("BEGIN IMMEDIATE")
    assert run_checkpoint(connection, "truncate").busy
    assert writer.execute("COMMIT") == []


def test_without_a_log_there_is_nothing_to_move(make_database):
    with open_database(make_database(wal=False), "read_write") as connection:
        result = run_checkpoint(connection)
    assert (result.busy, result.log_frames, result.checkpointed_frames) == (False, 0, 0)


def test_what_cannot_be_is_told(connection, ledger):
    with pytest.raises(CtsError) as caught:
        run_checkpoint(connection, "fast; DROP TABLE trades")
    assert caught.value.code == "usage"
    with open_database(ledger) as look, pytest.raises(CtsError) as caught:
        run_checkpoint(look)
    assert caught.value.code == "read_only"
    with transaction(connection):
        connection.execute("INSERT INTO mirror (amount) VALUES (1)")
        with pytest.raises(CtsError) as caught:
            run_checkpoint(connection)
        assert caught.value.code == "locked"
