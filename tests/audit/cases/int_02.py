"""Cases of INT-02: rows whose parent is missing."""

from tests.audit.case import Case

_T = (
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, code TEXT UNIQUE);"
    "CREATE TABLE trades (id INTEGER PRIMARY KEY, o INTEGER REFERENCES orders (id));"
    "INSERT INTO orders VALUES (1, 'a');"
)

DEFECT = (
    Case(
        "a missing order", _T + "INSERT INTO trades VALUES (1, 1), (2, 9);", objects=("trades.o",)
    ),
    Case(
        "two foreign keys",
        "CREATE TABLE p (id INTEGER PRIMARY KEY);"
        "CREATE TABLE c (a REFERENCES p, b REFERENCES p); INSERT INTO c VALUES (1, 2);",
        objects=("c.a", "c.b"),
    ),
    Case(
        "WITHOUT ROWID",
        "CREATE TABLE p (id INTEGER PRIMARY KEY);"
        "CREATE TABLE c (k TEXT PRIMARY KEY, a INTEGER REFERENCES p) WITHOUT ROWID;"
        "INSERT INTO c VALUES ('x', 2);",
        objects=("c.a",),
    ),
    Case(
        "beside a missing table",
        _T + "CREATE TABLE c (a REFERENCES gone, b INTEGER REFERENCES orders);"
        "INSERT INTO c VALUES (1, 7);",
        objects=("c.b",),
    ),
    Case(
        "hostile names",
        'CREATE TABLE "p""\n😀" ("select" INTEGER PRIMARY KEY);'
        'CREATE TABLE "it\'s" (rowid, _rowid_, "a b" REFERENCES "p""\n😀" ("select"));'
        'INSERT INTO "it\'s" VALUES (1, 2, 3);',
        objects=("it's.a b",),
    ),
)

NEAR_MISS = (
    Case("NULL points to nothing", _T + "INSERT INTO trades VALUES (1, 1), (2, NULL);"),
    Case(
        "half of a key is NULL",
        "CREATE TABLE p (a, b, UNIQUE (a, b));"
        "CREATE TABLE c (a, b, FOREIGN KEY (a, b) REFERENCES p (a, b));"
        "INSERT INTO c VALUES (1, NULL);",
    ),
    Case(
        "the parent's type decides",
        _T + "CREATE TABLE c (o TEXT REFERENCES orders); INSERT INTO c VALUES ('1');",
    ),
    Case(
        "the table is missing, not the row",
        "CREATE TABLE c (a REFERENCES gone (id)); INSERT INTO c VALUES (1);",
        status="not_checked",
    ),
    Case(
        "the parent's column is not unique",
        "CREATE TABLE p (a); CREATE TABLE c (a REFERENCES p (a)); INSERT INTO c VALUES (1);",
        status="not_checked",
    ),
    Case("no foreign key", "CREATE TABLE t (a);", status="not_applicable"),
)
