"""Aggregate functions of ours: what they are given, who may call them, and that they go again."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from cts_console.errors import CtsError
from cts_console.progress import CancelToken
from cts_console.sqlite import Row, SqliteValue, aggregate, open_database


class Rows:
    """Gives back how its rows look."""

    def __init__(self) -> None:
        self._rows: list[Row] = []

    def step(self, *values: SqliteValue) -> None:
        self._rows.append(values)

    def final(self) -> str:
        return repr(self._rows)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "values.db"
    with open_database(made, "read_write", create=True) as connection:
        connection.execute("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 'x'), (NULL, x'00')")
        connection.execute("CREATE VIEW v AS SELECT our_rows(a) FROM t")
    return made


def test_it_gets_every_row_with_its_types(path: Path):
    with open_database(path) as connection, aggregate(connection, "our_rows", Rows):
        told = connection.read_value("SELECT our_rows(a, b) FROM t")
        assert told == repr([(1, "x"), (None, b"\0")])
        assert connection.read_value("SELECT our_rows(a) FROM t WHERE a = 5") == "[]"


def test_the_schema_of_a_file_cannot_call_it(path: Path):
    with (
        open_database(path) as connection,
        aggregate(connection, "our_rows", Rows),
        pytest.raises(apsw.SQLError, match="unsafe use"),
    ):
        connection.read_rows("SELECT * FROM v")


def test_it_is_gone_after_the_block_whatever_happened_in_it(path: Path):
    with open_database(path) as connection:
        with pytest.raises(ZeroDivisionError), aggregate(connection, "our_rows", Rows):
            raise ZeroDivisionError
        with pytest.raises(CtsError, match="no such function"):
            connection.execute_foreign("SELECT our_rows(a) FROM t")


def test_a_stop_ends_it(path: Path):
    cancel = CancelToken()

    class Stops(Rows):
        def step(self, *_values: SqliteValue) -> None:
            cancel.cancel()

    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT ours(i) FROM n"
    with (
        open_database(path) as connection,
        connection.guard(cancel=cancel),
        aggregate(connection, "ours", Stops),
        pytest.raises(CtsError) as caught,
    ):
        connection.read_rows(endless)
    assert caught.value.code == "cancelled"
