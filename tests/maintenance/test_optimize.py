from __future__ import annotations

import pytest

from cts_console.errors import CtsError
from cts_console.maintenance import optimize_database
from cts_console.progress import CancelToken, Progress
from cts_console.sqlite import open_database


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "shrinkable.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL")
        connection.execute(
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);"
            "CREATE INDEX idx_notes ON notes (text);"
            "WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
            "INSERT INTO notes SELECT i, 'text ' || i || hex(randomblob(60)) FROM n;"
            "DELETE FROM notes WHERE id > 500"
        )
    return path


def test_statistics_are_renewed_and_free_pages_given_back(path):
    with open_database(path, "read_write") as connection:
        result = optimize_database(connection)
        assert result.analyzed == ("notes",)
        assert result.freelist_before > 500
        assert result.freelist_after == 0
        assert result.size_after_bytes < result.size_before_bytes
        assert result.is_shrinkable
        assert connection.read_rows("SELECT idx FROM sqlite_stat1") == [("idx_notes",)]
        assert connection.read_rows("PRAGMA integrity_check") == [("ok",)]
        assert connection.read_int("PRAGMA analysis_limit") == 0


def test_a_file_that_keeps_its_free_pages_says_so(ledger):
    with open_database(ledger, "read_write") as connection:
        connection.execute("DELETE FROM trades")
        result = optimize_database(connection)
        assert not result.is_shrinkable
        assert result.size_after_bytes >= result.size_before_bytes


def test_beside_others_it_goes_on_in_steps(path, start_engine):
    engine = start_engine(path)
    engine.execute("SELECT count(*) FROM notes")
    told: list[Progress] = []
    with open_database(path, "read_write") as connection:
        result = optimize_database(connection, on_progress=told.append)
    assert result.freelist_after == 0
    assert told
    assert engine.execute("INSERT INTO notes (text) VALUES ('still here')") == []


def test_a_stop_keeps_what_was_done(path):
    cancel = CancelToken()
    with open_database(path, "read_write") as connection:
        with pytest.raises(CtsError) as caught:
            optimize_database(connection, on_progress=lambda _: cancel.cancel(), cancel=cancel)
        assert caught.value.code == "cancelled"
        assert connection.read_rows("PRAGMA integrity_check") == [("ok",)]


def test_a_read_only_connection_is_refused(path):
    with open_database(path) as connection, pytest.raises(CtsError) as caught:
        optimize_database(connection)
    assert caught.value.code == "read_only"
