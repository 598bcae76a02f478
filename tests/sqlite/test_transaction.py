"""Transactions: all of it or nothing, and the first error is the one that is heard."""

# A context manager is what is tested here, so the block that raises is more than one statement.
# ruff: noqa: PT012, SIM117

from __future__ import annotations

import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from cts_console.errors import CtsError
from cts_console.progress import CancelToken
from cts_console.sqlite import (
    Connection,
    open_database,
    read_transaction,
    savepoint,
    transaction,
    trial,
)
from tests.sqlite.children import ROOT, Engine
from tests.sqlite.databases import ENDLESS


def fail(error: BaseException) -> None:
    raise error


def count(connection: Connection) -> int:
    return connection.read_int("SELECT count(*) FROM t")


def add(connection: Connection) -> None:
    connection.execute("INSERT INTO t (a) VALUES (1)")


def test_the_block_is_committed(connection: Connection) -> None:
    with transaction(connection):
        add(connection)
        inside = connection.in_transaction
    assert (inside, connection.in_transaction) == (True, False)
    with open_database(connection.path) as other:
        assert count(other) == 11


@pytest.mark.parametrize("error", [ValueError("first"), KeyboardInterrupt(), SystemExit(3)])
def test_an_error_undoes_the_block(connection: Connection, error: BaseException) -> None:
    with pytest.raises(type(error)) as caught, transaction(connection):
        add(connection)
        fail(error)
    assert caught.value is error
    assert not connection.in_transaction
    assert count(connection) == 10


def test_the_write_lock_is_taken_at_the_start(connection: Connection) -> None:
    with Engine(connection.path) as engine, transaction(connection):
        engine.execute("PRAGMA busy_timeout = 0")
        with pytest.raises(RuntimeError, match="locked"):
            engine.execute("BEGIN IMMEDIATE")


def test_a_lock_that_is_not_to_be_had(connection: Connection) -> None:
    connection.set_busy_timeout(0)
    with Engine(connection.path) as engine:
        engine.execute("BEGIN IMMEDIATE")
        with pytest.raises(CtsError) as caught, transaction(connection):
            pytest.fail("the block ran without the lock")
        assert caught.value.code == "locked"
        assert not connection.in_transaction
        engine.execute("COMMIT")
        with transaction(connection):
            add(connection)


def test_a_commit_that_fails_undoes_the_block(connection: Connection) -> None:
    connection.execute(
        "CREATE TABLE child (t INTEGER REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED)"
    )
    with pytest.raises(CtsError) as caught, transaction(connection):
        add(connection)
        connection.execute("INSERT INTO child VALUES (99)")
    assert caught.value.code == "constraint"
    assert not connection.in_transaction
    assert count(connection) == 10
    assert connection.read_int("SELECT count(*) FROM child") == 0


def test_a_commit_that_finds_a_reader_undoes_the_block(connection: Connection) -> None:
    connection.set_busy_timeout(0)
    with Engine(connection.path) as engine:
        engine.execute("BEGIN")
        engine.execute("SELECT * FROM t")
        with pytest.raises(CtsError) as caught, transaction(connection):
            add(connection)
        assert caught.value.code == "locked"
        assert not connection.in_transaction
    assert count(connection) == 10


def test_a_rollback_that_has_nothing_left_to_do_hides_no_error(connection: Connection) -> None:
    with pytest.raises(ValueError, match="first"), transaction(connection):
        connection.execute("ROLLBACK")
        raise ValueError("first")
    with pytest.raises(ValueError, match="first"), transaction(connection):
        connection.close()
        raise ValueError("first")


def test_a_full_database_in_the_middle(connection: Connection) -> None:
    pages = connection.read_int("PRAGMA page_count") + 3
    connection.read_value(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(CtsError) as caught, transaction(connection):
        for _ in range(100):
            connection.execute("INSERT INTO t (a) VALUES (randomblob(3000))")
    assert caught.value.code == "disk_full"
    assert not connection.in_transaction
    assert count(connection) == 10
    with transaction(connection):
        add(connection)


def test_a_stop_undoes_the_block_though_rows_are_still_being_read(connection: Connection) -> None:
    token = CancelToken()
    with pytest.raises(CtsError) as caught, connection.guard(cancel=token), transaction(connection):
        add(connection)
        rows = connection.stream_rows("SELECT * FROM t")
        next(rows)
        token.cancel()
        token.raise_if_cancelled()
    assert caught.value.code == "cancelled"
    assert not connection.in_transaction
    assert count(connection) == 10
    assert "rows" in locals()


def test_a_stop_in_the_middle_of_a_statement_undoes_the_block(connection: Connection) -> None:
    with (
        pytest.raises(CtsError) as caught,
        connection.guard(timeout_s=0.02),
        transaction(connection),
    ):
        add(connection)
        connection.execute(f"INSERT INTO t (a) {ENDLESS}")
    assert caught.value.code == "timeout"
    assert not connection.in_transaction
    assert count(connection) == 10


# Savepoints


@pytest.mark.parametrize("fails", [False, True])
def test_a_trial_leaves_nothing(connection: Connection, fails: bool) -> None:
    with pytest.raises(ZeroDivisionError) if fails else nullcontext(), trial(connection):
        connection.execute("CREATE TABLE tried (a); INSERT INTO tried VALUES (1)")
        assert connection.read_int("SELECT a FROM tried") == 1
        _ = 1 / (0 if fails else 1)
    assert not connection.in_transaction
    assert connection.read_int("SELECT count(*) FROM sqlite_schema WHERE name = 'tried'") == 0


def test_a_part_can_fail_alone(connection: Connection) -> None:
    with transaction(connection):
        add(connection)
        with pytest.raises(ValueError, match="inner"), savepoint(connection):
            add(connection)
            with savepoint(connection):
                add(connection)
            raise ValueError("inner")
        with savepoint(connection):
            add(connection)
    assert count(connection) == 12


def test_a_deep_failure_goes_as_far_as_it_is_let(connection: Connection) -> None:
    with pytest.raises(ValueError, match="deep"), transaction(connection):
        with savepoint(connection), savepoint(connection):
            add(connection)
            raise ValueError("deep")
    assert count(connection) == 10
    assert not connection.in_transaction


def test_a_savepoint_alone_is_a_transaction(connection: Connection) -> None:
    with savepoint(connection):
        add(connection)
    assert not connection.in_transaction
    assert count(connection) == 11


def test_a_failed_part_leaves_the_rows_around_it_readable(connection: Connection) -> None:
    seen = 0
    with transaction(connection):
        for (number,) in connection.stream_rows("SELECT id FROM t ORDER BY id LIMIT 10"):
            seen += 1
            with pytest.raises(CtsError), savepoint(connection):
                connection.execute("INSERT INTO t (id) VALUES (?)", (number,))
    assert seen == 10


def test_a_full_database_inside_a_savepoint(connection: Connection) -> None:
    pages = connection.read_int("PRAGMA page_count") + 3
    connection.read_value(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(CtsError) as caught, transaction(connection), savepoint(connection):
        for _ in range(100):
            connection.execute("INSERT INTO t (a) VALUES (randomblob(3000))")
    assert caught.value.code == "disk_full"
    assert not connection.in_transaction
    assert count(connection) == 10


# Snapshots


def test_a_read_transaction_shows_one_state(wal_database: Path) -> None:
    with open_database(wal_database) as connection, Engine(wal_database) as engine:
        with read_transaction(connection):
            engine.execute("INSERT INTO t (a) VALUES (1)")
            assert count(connection) == 10
        assert count(connection) == 11
        assert not connection.in_transaction


def test_a_read_transaction_ends_with_an_error_too(wal_database: Path) -> None:
    with open_database(wal_database) as connection, Engine(wal_database) as engine:
        with pytest.raises(ValueError, match="first"), read_transaction(connection):
            raise ValueError("first")
        engine.execute("INSERT INTO t (a) VALUES (1)")
        # Only a log that no reader holds can be emptied.
        assert engine.execute("PRAGMA wal_checkpoint(TRUNCATE)") == [[0, 0, 0]]


def test_a_read_transaction_on_a_locked_file(connection: Connection) -> None:
    connection.set_busy_timeout(0)
    with Engine(connection.path) as engine:
        engine.execute("BEGIN EXCLUSIVE")
        with pytest.raises(CtsError) as caught, read_transaction(connection):
            pytest.fail("the block ran without a snapshot")
    assert caught.value.code == "locked"
    assert not connection.in_transaction


# Two processes

ADDER = """
import sys
from cts_console.sqlite import open_database, transaction
with open_database(sys.argv[1], "read_write") as connection:
    for _ in range(100):
        with transaction(connection):
            value = connection.read_int("SELECT a FROM t WHERE id = 1")
            connection.execute("UPDATE t SET a = ? WHERE id = 1", (value + 1,))
"""


@pytest.mark.parametrize("kind", ["database", "wal_database"])
def test_two_processes_lose_no_change(kind: str, request: pytest.FixtureRequest) -> None:
    path = request.getfixturevalue(kind)
    processes = [
        subprocess.Popen([sys.executable, "-c", ADDER, str(path)], cwd=ROOT) for _ in range(2)
    ]
    assert [process.wait() for process in processes] == [0, 0]
    with open_database(path) as connection:
        assert connection.read_int("SELECT a FROM t WHERE id = 1") == 200
