"""Cases of IDX-07: no statistics, or statistics of another time."""

from tests.audit.case import Case


def _rows(count: int, *, table: str = "t", first: int = 1) -> str:
    return (
        f"WITH RECURSIVE n (i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n"
        f" WHERE i < {first + count - 1}) INSERT INTO {table} (id, a) SELECT i, i FROM n;"
    )


_T = "CREATE TABLE t (id INTEGER PRIMARY KEY, a); CREATE INDEX i ON t (a);"
_W = "CREATE TABLE w (id INTEGER PRIMARY KEY, a) WITHOUT ROWID;"
_FOUND = ("sqlite_stat1",)

DEFECT = (
    Case("never analysed", _T + _rows(1000), objects=_FOUND),
    Case(
        "a table that came later",
        "CREATE TABLE u (a); CREATE INDEX j ON u (a); INSERT INTO u VALUES (1); ANALYZE;"
        + _T
        + _rows(2000),
        objects=_FOUND,
    ),
    Case("grown tenfold", _T + _rows(200) + "ANALYZE;" + _rows(1800, first=300), objects=_FOUND),
    Case("shrunk", _T + _rows(20000) + "ANALYZE; DELETE FROM t WHERE id > 1500;", objects=_FOUND),
    Case("WITHOUT ROWID", _W + _rows(1500, table="w"), objects=_FOUND),
    Case(
        "one table of each kind",
        _T + _rows(200) + "ANALYZE;" + _rows(1800, first=300) + _W + _rows(1000, table="w"),
        objects=(*_FOUND, *_FOUND),
    ),
)

NEAR_MISS = (
    Case("analysed", _T + _rows(3000) + "ANALYZE;"),
    Case("few rows", _T + _rows(999)),
    Case(
        "no index to choose",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a);" + _rows(3000),
        status="not_applicable",
    ),
    Case("grown ninefold", _T + _rows(200) + "ANALYZE;" + _rows(1600, first=300)),
    Case("grown from nearly nothing to little", _T + _rows(9) + "ANALYZE;" + _rows(900, first=20)),
    Case("few rows are left", _T + _rows(20000) + "ANALYZE; DELETE FROM t WHERE id > 900;"),
    Case(
        "high numbers and few rows",
        _T + _rows(2000) + "ANALYZE; INSERT INTO t VALUES (900000000000, 1);",
    ),
    Case("the expected schema", base="cts"),
)
