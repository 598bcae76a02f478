"""Cases of IDX-06: statistics without an object, and indexes over one value."""

from tests.audit.case import Case

_TABLE = (
    "CREATE TABLE t (id INTEGER PRIMARY KEY, side TEXT, note TEXT, n INTEGER);"
    "WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < {rows})"
    " INSERT INTO t (side, n) SELECT 'buy', i FROM c;"
)
_TWENTY = _TABLE.format(rows=20)
_LEFT_OVER = (
    "INSERT INTO sqlite_stat1 VALUES ('gone', 'gone_by_side', '20 20'), ('t', 'gone_too', '20 1');"
)

DEFECT = (
    Case(
        "a table and an index that are gone",
        _TWENTY + "CREATE INDEX by_n ON t (n); ANALYZE;" + _LEFT_OVER,
        objects=("sqlite_stat1",),
        severity="warning",
        profile="quick",
    ),
    Case(
        "the index of another table",
        _TWENTY + "CREATE TABLE u (a); CREATE INDEX by_n ON t (n); ANALYZE;"
        "INSERT INTO sqlite_stat1 VALUES ('u', 'by_n', '20 1');",
        objects=("sqlite_stat1",),
    ),
    Case(
        "one value",
        _TWENTY + "CREATE INDEX by_side ON t (side); CREATE INDEX by_n ON t (n);",
        objects=("by_side",),
        severity="info",
        confidence="unknown",
    ),
    Case(
        "nothing but NULLs, and two columns of one value",
        _TWENTY + "CREATE INDEX by_note ON t (note); CREATE INDEX by_both ON t (side, note DESC);",
        objects=("by_both", "by_note"),
    ),
    Case(
        "an index of a CTS file that no query of the catalogue uses",
        "CREATE INDEX mine ON migrations (app_version); CREATE INDEX idx_bots ON users (status);",
        base="cts",
        objects=("mine",),
    ),
)

NEAR_MISS = (
    Case(
        "statistics of what is there",
        _TWENTY + "CREATE TABLE w (k TEXT PRIMARY KEY, v) WITHOUT ROWID;"
        "INSERT INTO w VALUES ('a', 1), ('b', 2); CREATE TABLE u (name TEXT UNIQUE);"
        "INSERT INTO u VALUES ('x'); CREATE INDEX by_n ON T (n); ANALYZE;",
    ),
    Case(
        "statistics of what was dropped go with it",
        _TWENTY + "CREATE INDEX by_n ON t (n); ANALYZE; DROP INDEX by_n;",
    ),
    Case(
        "one row differs",
        _TWENTY + "CREATE INDEX i ON t (side); UPDATE t SET side = 's' WHERE n = 20;",
    ),
    Case("one column of two differs", _TWENTY + "CREATE INDEX i ON t (side, n);"),
    Case("a small table", _TABLE.format(rows=9) + "CREATE INDEX i ON t (side);"),
    Case("an empty table", "CREATE TABLE t (a); CREATE INDEX i ON t (a);"),
    Case(
        "a foreign key, a condition, a constraint, an expression",
        "CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1);"
        "CREATE TABLE t (p INTEGER REFERENCES p, a, b);"
        "WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 20)"
        " INSERT INTO t (p, a) SELECT 1, 'x' FROM c;"
        "CREATE INDEX by_p ON t (p); CREATE INDEX some ON t (a) WHERE b IS NULL;"
        "CREATE UNIQUE INDEX once ON t (b); CREATE INDEX upper_a ON t (upper(a));",
    ),
    Case(
        "only a deep audit reads the indexes",
        _TWENTY + "CREATE INDEX by_side ON t (side);",
        profile="standard",
    ),
    Case("the CTS schema", base="cts"),
)
