from __future__ import annotations

import pytest

from cts_console.sqlite import open_database
from cts_console.sqlite.wal_commits import no_checkpoint_at_commit


@pytest.fixture
def connection(tmp_path):
    with open_database(tmp_path / "ledger.db", "read_write", create=True) as connection:
        connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE t(v)")
        connection.read_rows("PRAGMA wal_autocheckpoint = 20")
        yield connection


def write(connection):
    connection.execute("INSERT INTO t VALUES (zeroblob(400_000))")


def read_moved(connection):
    """Return how many of the log's frames are in the file."""
    return connection.read_rows("PRAGMA wal_checkpoint(NOOP)")[0][2]


def test_the_log_is_moved_between_commits_and_not_by_them(connection):
    before = read_moved(connection)
    with no_checkpoint_at_commit(connection) as settle:
        write(connection)
        assert read_moved(connection) == before
        settle()
        assert read_moved(connection) >= 100
    write(connection)
    assert connection.read_int("PRAGMA wal_autocheckpoint") == 20


def test_a_short_log_stays_and_so_does_one_that_nobody_wants_moved(connection):
    connection.read_rows("PRAGMA wal_autocheckpoint = 1000")
    write(connection)
    before = read_moved(connection)
    for frames in (1000, 0):
        connection.read_rows(f"PRAGMA wal_autocheckpoint = {frames}")
        with no_checkpoint_at_commit(connection) as settle:
            settle()
        assert read_moved(connection) == before


def test_without_a_log_there_is_nothing_to_move(connection):
    connection.execute("PRAGMA journal_mode = DELETE")
    with no_checkpoint_at_commit(connection) as settle:
        write(connection)
        settle()
    assert connection.read_int("SELECT count(*) FROM t") == 1
