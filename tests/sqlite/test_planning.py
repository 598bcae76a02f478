"""Queries of somebody else: compiled, told, and never run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cts_console.errors import CtsError
from cts_console.sqlite import Connection, compile_query, open_schema_copy


@pytest.fixture
def connection() -> Iterator[Connection]:
    with open_schema_copy() as opened:
        opened.execute(
            'CREATE TABLE Orders (id INTEGER PRIMARY KEY, status DEFAULT "new", at);'
            "CREATE INDEX by_at ON orders (at);"
            "CREATE TABLE trades (order_id REFERENCES orders, at);"
            "CREATE VIEW late AS SELECT * FROM orders WHERE at > 5;"
            "INSERT INTO orders VALUES (1, 'open', 9)"
        )
        yield opened


@pytest.mark.parametrize(
    ("sql", "steps", "objects"),
    [
        ("SELECT * FROM ORDERS WHERE status = ?", ["SCAN ORDERS"], {"orders"}),
        (
            "-- late ones\nSELECT id FROM late WHERE at < :at;",
            ["SEARCH orders USING COVERING INDEX by_at (at>? AND at<?)"],
            {"orders", "late"},
        ),
        (
            "WITH x AS (SELECT * FROM trades) SELECT * FROM x ORDER BY at",
            ["SCAN trades", "USE TEMP B-TREE FOR ORDER BY"],
            {"trades"},
        ),
        ("DELETE FROM orders WHERE status = 1", ["SCAN orders"], {"orders"}),
        ("UPDATE orders SET status = 1 WHERE id = 1", None, {"orders"}),
        ("INSERT INTO trades SELECT status, at FROM orders", ["SCAN orders"], {"trades", "orders"}),
        ("VALUES (1)", ["SCAN CONSTANT ROW"], set()),
    ],
)
def test_plan_and_objects(
    connection: Connection, sql: str, steps: list[str] | None, objects: set[str]
) -> None:
    compiled = compile_query(connection, sql)
    assert steps is None or list(compiled.steps) == steps
    assert compiled.objects >= objects
    assert compiled.objects <= objects | {"x"}
    assert connection.read_rows("SELECT * FROM orders") == [(1, "open", 9)]
    assert connection.read_value("SELECT count(*) FROM trades") == 0


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "-- nothing",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE orders",
        "PRAGMA foreign_keys = ON",
        "EXPLAIN SELECT 1",
        "CREATE TABLE x (a)",
        "ATTACH 'x.db' AS x",
        "BEGIN",
        "SELECT * FROM gone",
        "SELECT gone FROM orders",
        "SELECT no_such(1)",
        'SELECT * FROM orders WHERE status = "text"',
        "SELECT 'a\0b'",
        "SELECT '\ud800'",
        "SELECT (",
    ],
)
def test_what_is_no_query_here(connection: Connection, sql: str) -> None:
    with pytest.raises(CtsError) as caught:
        compile_query(connection, sql)
    assert caught.value.code == "usage"
    assert connection.read_int("PRAGMA foreign_keys") == 0


def test_the_value_of_a_parameter_is_not_looked_at(connection: Connection) -> None:
    connection.execute("CREATE INDEX open_ones ON orders (status) WHERE status IS NULL")
    assert compile_query(connection, "SELECT * FROM orders WHERE status IS ?").steps == (
        "SCAN orders",
    )
