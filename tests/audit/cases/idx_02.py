"""Cases of IDX-02: index that is the beginning of another."""

from tests.audit.case import Case

_T = "CREATE TABLE trades (id INTEGER PRIMARY KEY, pair, price, side);"

DEFECT = (
    Case(
        "one column of two",
        _T + "CREATE INDEX a ON trades (pair); CREATE INDEX b ON trades (pair, price);",
        objects=("a",),
        confidence="likely",
    ),
    Case(
        "a chain",
        _T + "CREATE INDEX a ON trades (pair); CREATE INDEX b ON trades (pair, price);"
        "CREATE INDEX c ON trades (pair, price, side);",
        objects=("a", "b"),
    ),
    Case(
        "the longer one goes on with the rowid",
        _T + "CREATE INDEX a ON trades (pair); CREATE INDEX b ON trades (pair, id);",
        objects=("a",),
        confidence="certain",
    ),
    Case(
        "of a UNIQUE constraint",
        "CREATE TABLE t (a, b, UNIQUE (a, b)); CREATE INDEX i ON t (a);",
        objects=("i",),
    ),
    Case(
        "of a WITHOUT ROWID table's key",
        "CREATE TABLE t (a, b, c, PRIMARY KEY (a, b)) WITHOUT ROWID; CREATE INDEX i ON t (a);",
        objects=("i",),
        confidence="certain",
    ),
    Case(
        "as long as a unique index",
        _T + "CREATE UNIQUE INDEX a ON trades (pair); CREATE INDEX b ON trades (pair);",
        objects=("b",),
        confidence="certain",
    ),
    Case(
        "the same condition",
        _T + "CREATE INDEX a ON trades (pair) WHERE price > 0;"
        "CREATE INDEX b ON trades (pair, side) WHERE price>0;",
        objects=("a",),
    ),
)

NEAR_MISS = (
    Case(
        "not the first column",
        _T + "CREATE INDEX a ON trades (price); CREATE INDEX b ON trades (pair, price);",
    ),
    Case(
        "unique",
        _T + "CREATE UNIQUE INDEX a ON trades (pair); CREATE INDEX b ON trades (pair, price);",
    ),
    Case(
        "the longer one is partial",
        _T + "CREATE INDEX a ON trades (pair);"
        "CREATE INDEX b ON trades (pair, price) WHERE side = 'buy';",
    ),
    Case(
        "the shorter one is partial",
        _T + "CREATE INDEX a ON trades (pair) WHERE side = 'buy';"
        "CREATE INDEX b ON trades (pair, price);",
    ),
    Case(
        "another direction",
        _T + "CREATE INDEX a ON trades (pair DESC); CREATE INDEX b ON trades (pair, price);",
    ),
    Case(
        "another collation",
        _T + "CREATE INDEX a ON trades (pair COLLATE NOCASE);"
        "CREATE INDEX b ON trades (pair, price);",
    ),
    Case(
        "a duplicate, which is IDX-01's",
        _T + "CREATE INDEX a ON trades (pair); CREATE INDEX b ON trades (pair);",
    ),
)
