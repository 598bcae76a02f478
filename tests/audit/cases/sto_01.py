"""Cases of STO-01: free pages."""

from tests.audit.case import Case

_BIG = "CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(3000000));"

DEFECT = (
    Case("half of the file", _BIG + "DELETE FROM t;", objects=("freelist",)),
    Case(
        "with incremental vacuum",
        "PRAGMA auto_vacuum = INCREMENTAL;" + _BIG + "DELETE FROM t;",
        objects=("freelist",),
    ),
)

NEAR_MISS = (
    Case("nothing free", _BIG),
    Case(
        "a tenth, but little",
        "CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(500000)); DELETE FROM t;",
    ),
    Case(
        "a megabyte, but a small share",
        "CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(15000000));"
        "CREATE TABLE u (a); INSERT INTO u VALUES (zeroblob(1200000)); DELETE FROM u;",
    ),
)
