"""Cases of SCH-05: NULL in a primary key."""

from tests.audit.case import Case

_TWO = "INSERT INTO t (name) VALUES ('a'), ('b');"

DEFECT = (
    Case(
        "SERIAL numbers nothing",
        f"CREATE TABLE t (id SERIAL PRIMARY KEY, name TEXT); {_TWO}",
        objects=("t.id",),
    ),
    Case(
        "INT is not INTEGER",
        f"CREATE TABLE t (id INT PRIMARY KEY, name TEXT); {_TWO}",
        objects=("t.id",),
    ),
    Case(
        "one NULL in a key of two columns",
        "CREATE TABLE t (a TEXT, b TEXT, PRIMARY KEY (a, b));"
        "INSERT INTO t VALUES ('x', 'y'), ('x', NULL);",
        objects=("t.a, b",),
    ),
    Case(
        "a column that is NOT NULL beside one that is not",
        "CREATE TABLE t (a TEXT NOT NULL, b TEXT, PRIMARY KEY (a, b));"
        "INSERT INTO t VALUES ('x', NULL);",
        objects=("t.b",),
    ),
    Case(
        "a hostile name",
        'CREATE TABLE "a ""b"" ; --" ("rowid" TEXT PRIMARY KEY, "x\ny"); '
        'INSERT INTO "a ""b"" ; --" VALUES (NULL, 1);',
        objects=('a "b" ; --.rowid',),
    ),
    Case(
        "the v3.1 file",
        "INSERT INTO preset_types (name) VALUES ('main');",
        base="cts_legacy",
        objects=("preset_types.id",),
    ),
)

NEAR_MISS = (
    Case("an empty table", "CREATE TABLE t (id SERIAL PRIMARY KEY, name TEXT);"),
    Case(
        "every row has its key",
        "CREATE TABLE t (id TEXT PRIMARY KEY); INSERT INTO t VALUES ('a'), ('');",
    ),
    Case(
        "INTEGER PRIMARY KEY numbers the rows",
        f"CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); {_TWO}",
        status="not_applicable",
    ),
    Case(
        "tables that refuse NULL",
        "CREATE TABLE a (id TEXT PRIMARY KEY) STRICT;"
        "CREATE TABLE b (id TEXT NOT NULL PRIMARY KEY);"
        "CREATE TABLE c (id TEXT PRIMARY KEY) WITHOUT ROWID; CREATE TABLE d (x);"
        "INSERT INTO d VALUES (NULL);",
        status="not_applicable",
    ),
    Case("the CTS schema", base="cts", status="not_applicable"),
)
