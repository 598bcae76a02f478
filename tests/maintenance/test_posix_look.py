from __future__ import annotations

import os
import signal

import pytest

from cts_console.errors import CtsError
from cts_console.maintenance import open_look
from cts_console.sqlite import open_database, side_file

CRASH = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 5")
connection.execute("BEGIN IMMEDIATE")
connection.execute("UPDATE trades SET note = note || 'half'")
if sys.argv[0] == "-c" and connection.execute("PRAGMA journal_mode").fetchone() == ("wal",):
    connection.execute("COMMIT")
os.kill(os.getpid(), 9)
"""


def crash(start_engine, path):
    engine = start_engine(path, CRASH)
    assert engine.process.wait() == -signal.SIGKILL


def test_an_ordinary_file_is_looked_at_in_place(ledger):
    with open_look(ledger) as connection:
        assert connection.path == ledger.resolve()
        assert connection.note == ""


def test_a_hot_journal_is_rolled_back_in_a_copy_and_the_file_left_as_it_is(
    make_database, start_engine, list_files
):
    path = make_database(rows=3000, wal=False)
    crash(start_engine, path)
    journal = side_file(path, "-journal")
    before = (path.read_bytes(), journal.read_bytes(), list_files())
    with open_look(path) as connection:
        assert connection.read_int("SELECT count(*) FROM trades WHERE note LIKE '%half'") == 0
        assert connection.read_value("PRAGMA integrity_check") == "ok"
        assert journal.name in connection.note
        copy = connection.path
    assert (path.read_bytes(), journal.read_bytes(), list_files()) == before
    assert not copy.exists()


def test_a_log_left_in_a_folder_that_cannot_be_written_is_read_in_a_copy(
    make_database, start_engine, list_files, monkeypatch
):
    path = make_database(rows=3000)
    crash(start_engine, path)
    side_file(path, "-shm").unlink()
    wal = side_file(path, "-wal")
    before = (path.read_bytes(), wal.read_bytes(), list_files())

    def access(name: object, mode: int) -> bool:
        return not (name == path.parent and mode == os.W_OK)

    monkeypatch.setattr(os, "access", access)
    with pytest.raises(CtsError):
        open_database(path)
    with open_look(path) as connection:
        assert connection.read_int("SELECT count(*) FROM trades WHERE note LIKE '%half'") == 3000
        assert wal.name in connection.note
    assert (path.read_bytes(), wal.read_bytes(), list_files()) == before


def test_a_journal_in_use_is_no_hot_one(make_database, start_engine):
    path = make_database(wal=False)
    engine = start_engine(path)
    engine.execute("BEGIN IMMEDIATE")
    engine.execute("UPDATE trades SET amount = -1")
    with open_look(path) as connection:
        assert connection.path == path.resolve()
        assert connection.read_int("SELECT count(*) FROM trades WHERE amount = -1") == 0
    assert engine.execute("COMMIT") == []


def test_what_cannot_be_opened_is_told_as_ever(tmp_path):
    with pytest.raises(CtsError) as caught, open_look(tmp_path / "nothing.db"):
        pass
    assert caught.value.code == "not_found"
