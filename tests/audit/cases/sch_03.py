"""Cases of SCH-03: foreign keys that cannot work."""

from tests.audit.case import Case

_P = "CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT, n INTEGER);"

DEFECT = (
    Case("no such table", "CREATE TABLE c (a REFERENCES gone);", objects=("c.a",)),
    Case(
        "a view for a table",
        _P + "CREATE VIEW v AS SELECT * FROM p; CREATE TABLE c (a REFERENCES v (id));",
        objects=("c.a",),
    ),
    Case("no such column", _P + "CREATE TABLE c (a REFERENCES p (none));", objects=("c.a",)),
    Case("not unique", _P + "CREATE TABLE c (a TEXT REFERENCES p (code));", objects=("c.a",)),
    Case(
        "no primary key",
        "CREATE TABLE p (id INTEGER); CREATE TABLE c (a REFERENCES p);",
        objects=("c.a",),
    ),
    Case(
        "a part of a primary key",
        "CREATE TABLE p (a, b, PRIMARY KEY (a, b)); CREATE TABLE c (x REFERENCES p (a));",
        objects=("c.x",),
    ),
    Case(
        "one column for a primary key of two",
        "CREATE TABLE p (a, b, PRIMARY KEY (a, b)); CREATE TABLE c (x REFERENCES p);",
        objects=("c.x",),
    ),
    Case(
        "a partial UNIQUE index",
        _P + "CREATE UNIQUE INDEX u ON p (code) WHERE n > 0;"
        "CREATE TABLE c (a TEXT REFERENCES p (code));",
        objects=("c.a",),
    ),
    Case(
        "a UNIQUE index of another collation",
        _P + "CREATE UNIQUE INDEX u ON p (code COLLATE NOCASE);"
        "CREATE TABLE c (a TEXT REFERENCES p (code));",
        objects=("c.a",),
    ),
    Case("text for a number", _P + "CREATE TABLE c (a TEXT REFERENCES p);", objects=("c.a",)),
    Case(
        "a number for text",
        "CREATE TABLE p (k TEXT PRIMARY KEY); CREATE TABLE c (a INTEGER REFERENCES p (k));",
        objects=("c.a",),
    ),
    Case(
        "two foreign keys, each by itself",
        _P + "CREATE TABLE c (a REFERENCES gone, b INTEGER REFERENCES p, d REFERENCES p (n));",
        objects=("c.a", "c.d"),
    ),
    Case(
        "of the old system",
        base="cts_legacy",
        objects=("preset_type_sets.configuration_set_id",),
    ),
    Case(
        "hostile names",
        'CREATE TABLE "it\'s ""c""" ("a b" REFERENCES "no\n😀");',
        objects=('it\'s "c".a b',),
    ),
)

NEAR_MISS = (
    Case("a rowid under its own name", _P + "CREATE TABLE c (a INTEGER REFERENCES p (ID));"),
    Case("the primary key by itself", _P + "CREATE TABLE c (a BIGINT REFERENCES P);"),
    Case("no type fits every parent", _P + "CREATE TABLE c (a REFERENCES p);"),
    Case("real for a whole number", _P + "CREATE TABLE c (a REAL REFERENCES p);"),
    Case(
        "a UNIQUE index",
        _P
        + "CREATE UNIQUE INDEX u ON p (code); CREATE TABLE c (a VARCHAR(9) REFERENCES p (code));",
    ),
    Case(
        "a key of two columns in another order",
        "CREATE TABLE p (a, b, UNIQUE (a, b));"
        "CREATE TABLE c (x, y, FOREIGN KEY (x, y) REFERENCES p (b, a));",
    ),
    Case(
        "the collation of the column itself",
        "CREATE TABLE p (code TEXT COLLATE NOCASE UNIQUE);"
        "CREATE TABLE c (a TEXT REFERENCES p (code));",
    ),
    Case("to itself", "CREATE TABLE p (id INTEGER PRIMARY KEY, up INTEGER REFERENCES p);"),
    Case(
        "WITHOUT ROWID",
        "CREATE TABLE p (k TEXT PRIMARY KEY) WITHOUT ROWID; CREATE TABLE c (a TEXT REFERENCES p);",
    ),
    Case("the expected schema", base="cts"),
    Case("of freqtrade", base="freqtrade"),
    Case("of hummingbot", base="hummingbot"),
    Case("no foreign key", "CREATE TABLE t (a);", status="not_applicable"),
)
