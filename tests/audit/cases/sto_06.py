"""Cases of STO-06: pages that are mostly empty."""

from tests.audit.case import Case

_ROWS = (
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a);"
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})"
    " INSERT INTO t SELECT i, zeroblob(500) FROM n;"
)

DEFECT = (
    Case(
        "five of eight rows gone from every page",
        _ROWS.format(rows=36_000) + "DELETE FROM t WHERE id % 8 > 2;",
        objects=("t",),
    ),
)

NEAR_MISS = (
    Case("full pages", _ROWS.format(rows=36_000)),
    Case("a third is gone", _ROWS.format(rows=36_000) + "DELETE FROM t WHERE id % 8 > 4;"),
    Case("little in all", _ROWS.format(rows=12_000) + "DELETE FROM t WHERE id % 8 > 2;"),
    Case("pages that are free, which is STO-01's", _ROWS.format(rows=36_000) + "DELETE FROM t;"),
    Case("a new file", base="cts"),
)
