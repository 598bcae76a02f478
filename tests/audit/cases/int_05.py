"""Cases of INT-05: rows that their own table's constraints forbid."""

from tests.audit.case import Case, damage_page
from tests.audit.rows import order

_REWRITE = "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = {sql!r} WHERE name = 't';"

DEFECT = (
    Case(
        "NOT NULL and CHECK",
        "CREATE TABLE t (a, b); INSERT INTO t VALUES (NULL, -1);"
        + _REWRITE.format(sql="CREATE TABLE t (a NOT NULL, b CHECK (b > 0))"),
        objects=("t", "t"),
    ),
    Case(
        "a type that STRICT forbids",
        "CREATE TABLE t (a); INSERT INTO t VALUES ('ten');"
        + _REWRITE.format(sql="CREATE TABLE t (a INTEGER) STRICT"),
        objects=("t",),
    ),
    Case(
        "equal values under a UNIQUE index",
        "CREATE TABLE t (a); CREATE INDEX u ON t (a); INSERT INTO t VALUES (1), (1);"
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql ="
        " 'CREATE UNIQUE INDEX u ON t (a)' WHERE name = 'u';",
        objects=("u",),
    ),
    Case(
        "a CHECK in a WITHOUT ROWID table",
        "CREATE TABLE t (k TEXT PRIMARY KEY, b) WITHOUT ROWID; INSERT INTO t VALUES ('a', 7);"
        + _REWRITE.format(
            sql="CREATE TABLE t (k TEXT PRIMARY KEY, b CHECK (b IN (1, 2))) WITHOUT ROWID"
        ),
        objects=("t",),
    ),
    Case(
        "many constraints",
        "CREATE TABLE t (a); INSERT INTO t VALUES (150);"
        + _REWRITE.format(
            sql="CREATE TABLE t (a" + "".join(f" CHECK (a <> {n})" for n in range(300)) + ")"
        ),
        objects=("t",),
    ),
    Case("an order of nothing", order(amount=0.0), base="cts", objects=("orders",)),
)

NEAR_MISS = (
    Case("constraints that hold", order(), base="cts"),
    Case(
        "a CHECK that calls what is not known here",
        "CREATE TABLE t (a); INSERT INTO t VALUES (1);"
        + _REWRITE.format(sql="CREATE TABLE t (a CHECK (of_the_program(a)))"),
        status="not_checked",
    ),
    Case(
        "a CHECK that is no expression",
        "CREATE TABLE t (a); INSERT INTO t VALUES (1);"
        + _REWRITE.format(sql="CREATE TABLE t (a CHECK (a IN (SELECT randomblob(9) FROM t)))"),
        status="not_checked",
    ),
    Case("NULL passes a CHECK", "CREATE TABLE t (a CHECK (a > 0)); INSERT INTO t VALUES (NULL);"),
    Case(
        "NULL twice under UNIQUE",
        "CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (NULL), (NULL);",
    ),
    Case(
        "damage, which is INT-01's",
        "CREATE TABLE t (a NOT NULL); INSERT INTO t VALUES (1);",
        damage_page("t"),
    ),
)
