"""Cases of IDX-08: index that repeats a constraint."""

from tests.audit.case import Case

DEFECT = (
    Case("UNIQUE", "CREATE TABLE t (a, b UNIQUE); CREATE INDEX i ON t (b);", objects=("i",)),
    Case(
        "PRIMARY KEY",
        "CREATE TABLE t (a, b, PRIMARY KEY (a, b)); CREATE INDEX i ON t (a, b);",
        objects=("i",),
    ),
    Case(
        "INTEGER PRIMARY KEY",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, b); CREATE INDEX i ON t (id);",
        objects=("i",),
    ),
    Case(
        "WITHOUT ROWID",
        "CREATE TABLE t (a, b, c, PRIMARY KEY (a, b)) WITHOUT ROWID; CREATE INDEX i ON t (a, b);",
        objects=("i",),
    ),
    Case(
        "a unique index",
        "CREATE TABLE t (a UNIQUE); CREATE UNIQUE INDEX i ON t (a);",
        objects=("i",),
    ),
    Case(
        "in the column's own collation",
        "CREATE TABLE t (a TEXT COLLATE NOCASE UNIQUE); CREATE INDEX i ON t (a);",
        objects=("i",),
    ),
    Case(
        "twice, each once",
        "CREATE TABLE t (a UNIQUE); CREATE INDEX i ON t (a); CREATE INDEX j ON t (a);",
        objects=("i", "j"),
    ),
)

NEAR_MISS = (
    Case("one column more", "CREATE TABLE t (a UNIQUE, b); CREATE INDEX i ON t (a, b);"),
    Case("another order", "CREATE TABLE t (a, b, UNIQUE (a, b)); CREATE INDEX i ON t (b, a);"),
    Case("partial", "CREATE TABLE t (a UNIQUE); CREATE INDEX i ON t (a) WHERE a > 0;"),
    Case("another collation", "CREATE TABLE t (a UNIQUE); CREATE INDEX i ON t (a COLLATE NOCASE);"),
    Case("descending", "CREATE TABLE t (a UNIQUE); CREATE INDEX i ON t (a DESC);"),
    Case(
        "the rowid and a column",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, b); CREATE INDEX i ON t (id, b);",
    ),
    Case("a unique index of one's own", "CREATE TABLE t (a); CREATE UNIQUE INDEX i ON t (a);"),
    Case(
        "the beginning of a constraint, which is IDX-02's",
        "CREATE TABLE t (a, b, UNIQUE (a, b)); CREATE INDEX i ON t (a);",
    ),
)
