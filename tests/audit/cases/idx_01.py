"""Cases of IDX-01: duplicate index."""

from tests.audit.case import Case

_T = "CREATE TABLE trades (id INTEGER PRIMARY KEY, pair, price, side);"

DEFECT = (
    Case(
        "twice",
        _T + "CREATE INDEX a ON trades (pair, price); CREATE INDEX b ON trades (pair, price);",
        objects=("b",),
    ),
    Case(
        "three times, spelt differently",
        _T + 'CREATE INDEX a ON trades (pair); CREATE INDEX b ON trades ("PAIR");'
        "CREATE INDEX c ON trades ([pair] ASC);",
        objects=("b", "c"),
    ),
    Case(
        "the same condition",
        _T + "CREATE INDEX a ON trades (pair) WHERE side = 'buy';"
        "CREATE INDEX b ON trades (pair) WHERE SIDE  = /* only */ 'buy';",
        objects=("b",),
    ),
    Case(
        "the same expression",
        _T + "CREATE INDEX a ON trades (abs(price)); CREATE INDEX b ON trades (ABS( price ));",
        objects=("b",),
    ),
    Case(
        "unique twice",
        _T + "CREATE UNIQUE INDEX a ON trades (pair); CREATE UNIQUE INDEX b ON trades (pair);",
        objects=("b",),
    ),
    Case(
        "hostile names",
        'CREATE TABLE "select ""x""\n😀" ("where" , "a,b");'
        'CREATE INDEX "drop" ON "select ""x""\n😀" ("a,b");'
        'CREATE INDEX "it\'s ""b""" ON "select ""x""\n😀" ("a,b");',
        objects=('it\'s "b"',),
    ),
)

NEAR_MISS = (
    Case(
        "another order",
        _T + "CREATE INDEX a ON trades (pair, price); CREATE INDEX b ON trades (price, pair);",
    ),
    Case(
        "another direction",
        _T + "CREATE INDEX a ON trades (pair); CREATE INDEX b ON trades (pair DESC);",
    ),
    Case(
        "another collation",
        _T + "CREATE INDEX a ON trades (pair); CREATE INDEX b ON trades (pair COLLATE NOCASE);",
    ),
    Case(
        "another condition",
        _T + "CREATE INDEX a ON trades (pair) WHERE side = 'buy';"
        "CREATE INDEX b ON trades (pair) WHERE side = 'BUY';",
    ),
    Case(
        "partial and full",
        _T + "CREATE INDEX a ON trades (pair); CREATE INDEX b ON trades (pair) WHERE price > 0;",
    ),
    Case(
        "unique and not",
        _T + "CREATE UNIQUE INDEX a ON trades (pair); CREATE INDEX b ON trades (pair);",
    ),
    Case(
        "another expression",
        _T + "CREATE INDEX a ON trades (price + 1); CREATE INDEX b ON trades (price + 2);",
    ),
    Case("a constraint, which is IDX-08's", "CREATE TABLE t (a UNIQUE); CREATE INDEX b ON t (a);"),
)
