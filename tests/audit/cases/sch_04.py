"""Cases of SCH-04: tables without a primary key."""

from tests.audit.case import Case

DEFECT = (
    Case("none", "CREATE TABLE t (id INTEGER, a);", objects=("t",)),
    Case("two tables", "CREATE TABLE t (a); CREATE TABLE u (a UNIQUE);", objects=("t", "u")),
    Case(
        "beside a virtual table",
        "CREATE VIRTUAL TABLE f USING fts5 (a); CREATE TABLE fx (a);",
        objects=("fx",),
    ),
    Case("a hostile name", 'CREATE TABLE "a\'b\n" (x);', objects=("a'b\n",)),
)

NEAR_MISS = (
    Case("a rowid alias", "CREATE TABLE t (id INTEGER PRIMARY KEY, a);"),
    Case("of two columns", "CREATE TABLE t (a, b, PRIMARY KEY (a, b));"),
    Case("WITHOUT ROWID", "CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID;"),
    Case(
        "SQLite's own tables",
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t DEFAULT VALUES;"
        "ANALYZE;",
    ),
    Case(
        "full text and R-tree with what they keep",
        "CREATE TABLE t (id INTEGER PRIMARY KEY); CREATE VIRTUAL TABLE f USING fts4 (a);"
        "CREATE VIRTUAL TABLE r USING rtree (id, a, b);",
    ),
    Case("the expected schema", base="cts"),
    Case("of the old system", base="cts_legacy"),
    Case("no table", "PRAGMA user_version = 1; VACUUM;", status="not_applicable"),
)
