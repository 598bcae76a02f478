"""Cases of INT-01: damage."""

from tests.audit.case import Case, damage_page, overwrite

_ROWS = (
    "CREATE TABLE candles (id INTEGER PRIMARY KEY, at INTEGER, price REAL);"
    "CREATE INDEX by_at ON candles (at);"
    "CREATE TABLE other (a);"
    "INSERT INTO candles (at, price) SELECT value * 60, value / 7.0"
    " FROM json_each('[' || rtrim(replace(hex(zeroblob(2000)), '00', '7,'), ',') || ']');"
    "INSERT INTO other VALUES (1);"
)

DEFECT = (
    Case("an interior page of a table", _ROWS, damage_page("candles"), objects=("candles",)),
    Case("a page of an index", _ROWS, damage_page("by_at"), objects=("by_at",)),
    Case("a leaf of a table", _ROWS, damage_page("other"), objects=("other",)),
    Case(
        "an index that lost its rows",
        _ROWS + "PRAGMA writable_schema = ON;"
        "CREATE TABLE empty (x); UPDATE sqlite_schema SET rootpage ="
        " (SELECT rootpage FROM sqlite_schema WHERE name = 'empty') WHERE name = 'by_at';"
        "DELETE FROM sqlite_schema WHERE name = 'empty';",
        objects=("by_at", None),
    ),
    Case(
        "the schema page",
        _ROWS,
        overwrite(100, b"\xff" * 40),
        objects=(None,),
    ),
)

NEAR_MISS = (
    Case(
        "rows that break NOT NULL and CHECK, which are INT-05's",
        "CREATE TABLE t (a, b); INSERT INTO t VALUES (NULL, -1); PRAGMA writable_schema = ON;"
        "UPDATE sqlite_schema SET sql = 'CREATE TABLE t (a NOT NULL, b CHECK (b > 0))';",
    ),
    Case("sound", _ROWS),
    Case("free pages", _ROWS + "DELETE FROM candles;"),
    Case(
        "an index on an expression", _ROWS + "CREATE INDEX e ON candles (price * 2) WHERE at > 0;"
    ),
)
