"""Cases of GEN-03: Infinity in a column of numbers."""

from tests.audit.case import Case
from tests.audit.rows import AT, candle

DEFECT = (
    Case(
        "Infinity in the CTS schema",
        candle(1, AT) + candle(2, AT + 60_000, high="X").replace("'X'", "9e999"),
        base="cts",
        objects=("market_data.high",),
        confidence="certain",
    ),
    Case(
        "minus Infinity, before texts",
        "CREATE TABLE t (n REAL); INSERT INTO t VALUES (1), (-9e999), ('x');",
        objects=("t.n",),
    ),
    Case(
        "Infinity hidden by a text",
        "CREATE TABLE t (n NUMERIC, m); INSERT INTO t VALUES (1, 1), (9e999, 9e999), ('x', 'x');",
        objects=("t.m", "t.n"),
    ),
    Case(
        "Infinity in a column of whole numbers",
        "CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1), (9e999);",
        objects=("t.n",),
    ),
    Case(
        "the greatest number there is",
        "CREATE TABLE t (n REAL); INSERT INTO t VALUES (1.7976931348623157e308);",
        objects=("t.n",),
        confidence="likely",
    ),
    Case(
        "in a column of instants",
        "CREATE TABLE t (at TIMESTAMP); INSERT INTO t VALUES (0), (-9e999);",
        objects=("t.at",),
    ),
)

NEAR_MISS = (
    Case(
        "large and small numbers",
        "CREATE TABLE t (n REAL, m INTEGER); INSERT INTO t VALUES (8e307, 9223372036854775807),"
        " (-8e307, -9223372036854775808), (NULL, NULL);",
    ),
    Case(
        "NaN, which SQLite stores as NULL", "CREATE TABLE t (n REAL); INSERT INTO t VALUES (0e0);"
    ),
    Case(
        "the word in a text column",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT); INSERT INTO t (n) VALUES ('Infinity');",
        status="not_applicable",
    ),
    Case("text in a column of numbers", "CREATE TABLE t (n REAL); INSERT INTO t VALUES ('inf');"),
    Case("the CTS schema", candle(1, AT), base="cts"),
)
