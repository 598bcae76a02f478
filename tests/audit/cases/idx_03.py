"""Cases of IDX-03: foreign key without an index."""

from tests.audit.case import Case

_P = (
    "CREATE TABLE pairs (id INTEGER PRIMARY KEY, venue TEXT, name TEXT COLLATE NOCASE UNIQUE,"
    " UNIQUE (venue, name));"
)

DEFECT = (
    Case(
        "no index",
        _P + "CREATE TABLE orders (id INTEGER PRIMARY KEY, pair INTEGER REFERENCES pairs (id));",
        objects=("orders.pair",),
    ),
    Case(
        "not the first column",
        _P + "CREATE TABLE orders (pair INTEGER REFERENCES pairs, side);"
        "CREATE INDEX i ON orders (side, pair);",
        objects=("orders.pair",),
    ),
    Case(
        "a partial index",
        _P + "CREATE TABLE orders (pair INTEGER REFERENCES pairs, side);"
        "CREATE INDEX i ON orders (pair) WHERE side = 'buy';",
        objects=("orders.pair",),
    ),
    Case(
        "one column of two",
        _P + "CREATE TABLE orders (v TEXT, n TEXT, FOREIGN KEY (v, n)"
        " REFERENCES pairs (venue, name)); CREATE INDEX i ON orders (v);",
        objects=("orders.v, n",),
    ),
    Case(
        "another collation than the parent's",
        _P + "CREATE TABLE orders (n TEXT REFERENCES pairs (name));CREATE INDEX i ON orders (n);",
        objects=("orders.n",),
    ),
    Case(
        "two keys over one column",
        _P + "CREATE TABLE books (id INTEGER PRIMARY KEY);"
        "CREATE TABLE orders (a INTEGER REFERENCES pairs REFERENCES books);",
        objects=("orders.a",),
    ),
)

NEAR_MISS = (
    Case(
        "an index",
        _P + "CREATE TABLE orders (pair INTEGER REFERENCES pairs);"
        "CREATE INDEX i ON orders (PAIR DESC);",
    ),
    Case(
        "the columns in another order, and more",
        _P + "CREATE TABLE orders (v TEXT, n TEXT COLLATE NOCASE, x, FOREIGN KEY (v, n)"
        " REFERENCES pairs (venue, name)); CREATE INDEX i ON orders (n, v, x);",
    ),
    Case("the primary key", _P + "CREATE TABLE extra (id INTEGER PRIMARY KEY REFERENCES pairs);"),
    Case("a UNIQUE constraint", _P + "CREATE TABLE extra (p INTEGER UNIQUE REFERENCES pairs);"),
    Case(
        "a WITHOUT ROWID table's key",
        _P + "CREATE TABLE t (p INTEGER REFERENCES pairs, n, PRIMARY KEY (p, n)) WITHOUT ROWID;",
    ),
    Case(
        "a partial index that leaves out NULL alone",
        _P + "CREATE TABLE orders (pair INTEGER REFERENCES pairs);"
        "CREATE INDEX i ON orders (pair) WHERE pair IS NOT NULL;",
    ),
    Case(
        "the parent's collation",
        _P + "CREATE TABLE orders (n TEXT REFERENCES pairs (name));"
        "CREATE INDEX i ON orders (n COLLATE NOCASE);",
    ),
    Case("no such parent, which is SCH-03's", "CREATE TABLE orders (pair REFERENCES gone (id));"),
    Case("no foreign key", _P, status="not_applicable"),
)
