"""Cases of IDX-05: an index that no known query uses."""

from tests.audit.case import Case, asked

_FILLS = (
    "CREATE TABLE venues (id INTEGER PRIMARY KEY);"
    "CREATE TABLE fills (id INTEGER PRIMARY KEY, venue INTEGER REFERENCES venues, side TEXT,"
    " at INTEGER);"
    "CREATE TABLE notes (id INTEGER PRIMARY KEY, at INTEGER); CREATE INDEX notes_at ON notes (at);"
)
_BY_TIME = "SELECT * FROM fills WHERE at > ?"

DEFECT = (
    Case(
        "beside the indexes of the schema",
        "CREATE INDEX junk ON orders (reduce_only, stop_price);",
        base="cts",
        objects=("junk",),
        confidence="unknown",
        severity="info",
    ),
    Case(
        "a file of which one query is known",
        _FILLS + "CREATE INDEX by_time ON fills (at); CREATE INDEX by_side ON fills (side);",
        then=asked(_BY_TIME),
        objects=("by_side",),
        confidence="unknown",
    ),
    Case(
        "queries added over a day",
        _FILLS + "CREATE INDEX by_side ON fills (side, at) WHERE side = 'buy';",
        then=asked(_BY_TIME, for_s=86_400),
        objects=("by_side",),
        confidence="likely",
    ),
    Case(
        "an expression, and names that need quotes",
        'CREATE TABLE "ta""ble" (a, b); CREATE INDEX "in dex (a)" ON "ta""ble" (lower(a));',
        then=asked('SELECT * FROM "ta""ble" WHERE b = 1'),
        objects=("in dex (a)",),
    ),
)

NEAR_MISS = (
    Case("every index of the schema", base="cts"),
    Case(
        "every index of the schema, and statistics that advise against all",
        "ANALYZE; DELETE FROM sqlite_stat1; INSERT INTO sqlite_stat1 (tbl, idx, stat)"
        " SELECT tbl_name, name, '2 2 2 2' FROM sqlite_schema WHERE type = 'index';",
        base="cts",
    ),
    Case(
        "an index that a query of one's own uses",
        "CREATE INDEX junk ON orders (reduce_only, stop_price);",
        base="cts",
        then=asked("SELECT id FROM orders WHERE reduce_only = 1 AND stop_price > ?"),
    ),
    Case(
        "an index that does more than serve queries",
        _FILLS
        + "CREATE UNIQUE INDEX once ON fills (side, at); CREATE INDEX child ON fills (venue);"
        "CREATE UNIQUE INDEX one ON fills (side) WHERE at > 0;",
        then=asked("SELECT * FROM fills WHERE id = ?"),
    ),
    Case(
        "a table that no known query touches",
        _FILLS,
        then=asked(_BY_TIME),
    ),
    Case(
        "two of the same, of which one is used: IDX-01 tells the other",
        _FILLS + "CREATE INDEX one ON fills (at); CREATE INDEX two ON fills (at);",
        then=asked(_BY_TIME),
    ),
    Case(
        "an index through a view and a query that changes rows",
        _FILLS + "CREATE INDEX by_time ON fills (at); CREATE INDEX by_side ON fills (side);"
        "CREATE VIEW late AS SELECT * FROM fills WHERE at > 5;",
        then=asked("SELECT side FROM late", "UPDATE fills SET at = 0 WHERE side = ?"),
    ),
    Case("no query is known", _FILLS, status="not_applicable"),
    Case("a file of another program", base="freqtrade", status="not_applicable"),
    Case(
        "a query that does not compile may be the one",
        _FILLS + "CREATE INDEX by_side ON fills (side);",
        then=asked("SELECT gone FROM fills"),
        status="not_checked",
    ),
    Case(
        "an index that only the file's own program can read",
        _FILLS + "CREATE INDEX by_side ON fills (side COLLATE NOCASE);"
        "PRAGMA writable_schema = ON;"
        "UPDATE sqlite_schema SET sql = replace(sql, 'NOCASE', 'martian');",
        then=asked("SELECT id FROM fills"),
        status="not_checked",
    ),
)
