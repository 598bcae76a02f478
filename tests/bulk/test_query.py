"""Rows that SQLite reads and, where they come in no order, sorts itself."""

from __future__ import annotations

import pytest

from cts_console.bulk import insert_query
from cts_console.errors import CtsError

ROWS = 60_000
PLAIN = "CREATE TABLE t (k INTEGER PRIMARY KEY, v)"
# 7919 goes through all numbers below a prime, in no order; as text, as a CSV gives it.
READ = (
    "SELECT CAST(n * 7919 % 60013 AS TEXT), CAST(n AS TEXT) FROM "
    f"(WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT {ROWS}) "
    "SELECT n FROM c)"
)


def insert(connection, table, query=READ):
    connection.execute(table)
    return insert_query(connection, "t", ["k", "v"], query, rows=ROWS, check=lambda: None)


@pytest.mark.parametrize(
    ("table", "typed"),
    [
        ("CREATE TABLE t (k INTEGER PRIMARY KEY, v INT UNIQUE)", int),
        ("CREATE TABLE t (k TEXT PRIMARY KEY, v INT) WITHOUT ROWID", str),
    ],
)
def test_keys_in_no_order_are_sorted(connection, table, typed):
    result = insert(connection, table)
    assert (result.strategy, result.rows_written) == ("sorted", ROWS)
    expected = sorted((typed(n * 7919 % 60013), n) for n in range(1, ROWS + 1))
    assert connection.read_rows("SELECT k, v FROM t ORDER BY k") == expected


@pytest.mark.parametrize(
    ("table", "query"),
    [
        (PLAIN, READ.replace("n * 7919 % 60013", "n")),
        ("CREATE TABLE t (k TEXT PRIMARY KEY, v)", READ),
        ("CREATE TABLE t (k REAL PRIMARY KEY, v) WITHOUT ROWID", READ),
        (f"{PLAIN}; CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END", READ),
    ],
)
def test_what_is_in_order_or_must_not_be_sorted_comes_as_it_is(connection, table, query):
    assert insert(connection, table, query).strategy == "query"


def test_a_row_that_wants_its_id_from_sqlite_is_not_sorted_away(connection):
    query = READ.replace("CAST(n * 7919 % 60013 AS TEXT)", "iif(n = 50000, NULL, n * 7919 % 60013)")
    with pytest.raises(CtsError) as caught:
        insert(connection, PLAIN, query)
    assert caught.value.code == "usage"
    assert connection.read_int("SELECT count(*) FROM t") == 0
