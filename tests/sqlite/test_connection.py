"""The connection's own promises: values, counts, streams, and whose fault an error is."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from cts_console.errors import CtsError
from cts_console.sqlite import Connection, SqliteValue, open_database, side_file
from tests.sqlite.children import Engine


def test_reading(connection: Connection) -> None:
    assert connection.read_rows("SELECT id FROM t WHERE id < ? ORDER BY id", (3,)) == [(1,), (2,)]
    assert connection.read_row("SELECT id, a FROM t WHERE id = :id", {"id": 2}) == (2, 1)
    assert connection.read_row("SELECT id FROM t WHERE 0") is None
    assert connection.read_value("SELECT a FROM t WHERE id = 2") == 1
    assert connection.read_value("SELECT a FROM t WHERE 0") is None


def test_whole_numbers(connection: Connection) -> None:
    assert connection.read_int("SELECT count(*) FROM t") == 10
    assert connection.read_int("SELECT NULL") == 0
    assert connection.read_int("SELECT 1 WHERE 0") == 0
    with pytest.raises(TypeError):
        connection.read_int("SELECT 'ten'")


def test_values_come_back_as_they_went_in(connection: Connection) -> None:
    values: tuple[SqliteValue, ...] = (
        None,
        -(2**63),
        2**63 - 1,
        0.1,
        "a\0b",
        "日本",
        b"\0\xff",
        "",
    )
    assert connection.read_row("SELECT ?,?,?,?,?,?,?,?", values) == values


def test_changed_rows_are_counted_with_those_of_triggers(connection: Connection) -> None:
    connection.execute("CREATE TABLE log (a)")
    assert connection.execute("UPDATE t SET a = 0 WHERE id <= 4") == 4
    assert connection.execute("INSERT INTO t (a) VALUES (1); INSERT INTO t (a) VALUES (2)") == 2
    connection.execute("CREATE TRIGGER g AFTER DELETE ON t BEGIN INSERT INTO log VALUES (1); END")
    assert connection.execute("DELETE FROM t WHERE id <= 3") == 6
    assert connection.execute("SELECT * FROM t") == 0


def test_many_rows(connection: Connection) -> None:
    rows = ((n,) for n in range(100))
    assert connection.execute_many("INSERT INTO t (a) VALUES (?)", rows) == 100
    assert connection.execute_many("INSERT INTO t (a) VALUES (?)", []) == 0
    returning = "INSERT INTO t (a) VALUES (?) RETURNING id"
    assert connection.execute_many(returning, [(n,) for n in range(5)]) == 5
    assert connection.read_int("SELECT count(*) FROM t") == 115


def test_an_error_of_the_rows_themselves_is_heard(connection: Connection) -> None:
    def rows() -> Iterator[tuple[int]]:
        yield (1,)
        raise ValueError("bad line")

    with pytest.raises(ValueError, match="bad line"):
        connection.execute_many("INSERT INTO t (a) VALUES (?)", rows())


def test_somebody_elses_mistake_and_ours(connection: Connection) -> None:
    with pytest.raises(CtsError) as caught:
        connection.execute_foreign("SELEKT 1")
    assert caught.value.code == "usage"
    with pytest.raises(apsw.SQLError):
        connection.execute("SELEKT 1")


def test_a_rowid_of_the_wrong_type(connection: Connection) -> None:
    with pytest.raises(CtsError) as caught:
        connection.execute("INSERT INTO t (id) VALUES ('one')")
    assert caught.value.code == "constraint"


# Streams


def truncate(engine: Engine) -> list[list[object]]:
    return engine.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def test_a_stream_that_is_closed_early_holds_nothing(wal_database: Path) -> None:
    with open_database(wal_database) as connection, Engine(wal_database) as engine:
        engine.execute("PRAGMA busy_timeout = 0")
        rows = connection.stream_rows("SELECT * FROM t")
        assert isinstance(rows, Iterator)
        next(rows)
        engine.execute("INSERT INTO t (a) VALUES (1)")
        assert truncate(engine)[0][0] == 1
        rows.close()  # type: ignore[attr-defined]  # every stream is a generator
        assert truncate(engine) == [[0, 0, 0]]


def test_a_stream_that_is_dropped_or_ended_holds_nothing(wal_database: Path) -> None:
    with open_database(wal_database) as connection, Engine(wal_database) as engine:
        engine.execute("PRAGMA busy_timeout = 0")
        for row in connection.stream_rows("SELECT * FROM t"):
            assert row
            break
        gc.collect()
        engine.execute("INSERT INTO t (a) VALUES (1)")
        assert truncate(engine) == [[0, 0, 0]]
        assert len(list(connection.stream_rows("SELECT * FROM t"))) == 11
        engine.execute("INSERT INTO t (a) VALUES (1)")
        assert truncate(engine) == [[0, 0, 0]]


def test_reading_one_row_of_many_holds_nothing(wal_database: Path) -> None:
    with open_database(wal_database) as connection, Engine(wal_database) as engine:
        engine.execute("PRAGMA busy_timeout = 0")
        assert connection.read_value("SELECT id FROM t ORDER BY id") == 1
        engine.execute("INSERT INTO t (a) VALUES (1)")
        assert truncate(engine) == [[0, 0, 0]]


def test_an_error_in_a_stream_is_translated(connection: Connection) -> None:
    rows = connection.stream_rows("SELECT CASE id WHEN 3 THEN zeroblob(2000000000) END FROM t")
    with pytest.raises(CtsError) as caught:
        list(rows)
    assert caught.value.code == "constraint"


# Raw bytes and closing


def test_raw_bytes(connection: Connection) -> None:
    assert connection.read_bytes(0, 16) == b"SQLite format 3\0"
    size = connection.path.stat().st_size
    assert len(connection.read_bytes(size - 10, 100)) == 10
    assert connection.read_bytes(size + 10, 100) == b""


def test_closing_empties_the_log_and_twice_is_once(wal_database: Path) -> None:
    connection = open_database(wal_database, "read_write")
    connection.execute("INSERT INTO t (a) VALUES (1)")
    assert side_file(wal_database, "-wal").exists()
    connection.close()
    connection.close()
    assert not side_file(wal_database, "-wal").exists()


def test_closing_undoes_what_was_not_committed(connection: Connection) -> None:
    connection.execute("BEGIN")
    connection.execute("DELETE FROM t")
    rows = connection.stream_rows("SELECT 1 UNION ALL SELECT 2")
    next(rows)
    connection.close()
    with open_database(connection.path) as again:
        assert again.read_int("SELECT count(*) FROM t") == 10
