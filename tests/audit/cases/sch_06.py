"""Cases of SCH-06: time bombs."""

from tests.audit.case import Case

DEFECT = (
    Case(
        "a partial index up to now",
        "CREATE TABLE t (a, at); CREATE INDEX i ON t (a) WHERE at > datetime('now', '-1 day');",
        objects=("i",),
    ),
    Case(
        "an index expression without a time",
        "CREATE TABLE t (a); CREATE INDEX i ON t (julianday() - a);",
        objects=("i",),
    ),
    Case(
        "a local time",
        "CREATE TABLE t (at); CREATE INDEX i ON t (strftime('%H', at, 'localtime'));",
        objects=("i",),
    ),
    Case("a CHECK", "CREATE TABLE t (at CHECK (at <= DATE ( 'NOW' )));", objects=("t",)),
    Case(
        "a CHECK with double quotes",
        'CREATE TABLE t (at CHECK (at <= datetime("now")));',
        objects=("t",),
    ),
    Case(
        "a CHECK of the table, of several functions",
        "CREATE TABLE t (a, b, CONSTRAINT c CHECK (a < CURRENT_TIMESTAMP OR random() > b));",
        objects=("t",),
    ),
    Case(
        "a generated column",
        "CREATE TABLE t (at, day AS (date(at, 'utc')) STORED, x GENERATED ALWAYS AS (at + 1));",
        objects=("t.day",),
    ),
    Case("only a format", "CREATE TABLE t (a CHECK (a <> strftime('%Y')));", objects=("t",)),
    Case(
        "less than seconds", "CREATE TABLE t (a CHECK (a < unixepoch('subsec')));", objects=("t",)
    ),
    Case(
        "quoted function, nested, behind a comment",
        "CREATE TABLE t (a CHECK (abs(\"date\" /* x */ (('now'))) > 1));",
        objects=("t",),
    ),
)

NEAR_MISS = (
    Case(
        "defaults",
        "CREATE TABLE t (a DEFAULT CURRENT_TIMESTAMP, b DEFAULT (datetime('now')),"
        " c DEFAULT (random()));",
    ),
    Case("a time of the row", "CREATE TABLE t (at); CREATE INDEX i ON t (date(at, '+1 day'));"),
    Case("an epoch of the row", "CREATE TABLE t (at CHECK (date(at, 'unixepoch') > '2009'));"),
    Case("a string", "CREATE TABLE t (a CHECK (a <> 'random() and datetime(''now'')'));"),
    Case(
        "a comment",
        "CREATE TABLE t (a CHECK (a > 0 /* random() */ -- date('now')\n));"
        "CREATE INDEX i ON t (a) WHERE a > 1 -- CURRENT_DATE",
    ),
    Case(
        "columns of such names",
        'CREATE TABLE t ("random()", "current_date", date, "now",'
        ' CHECK ("random()" > 0 AND "current_date" > t.date AND date("now") > 1));',
    ),
    Case("a view", "CREATE TABLE t (a); CREATE VIEW v AS SELECT random() FROM t;"),
    Case(
        "a trigger",
        "CREATE TABLE t (a); CREATE TRIGGER g AFTER INSERT ON t"
        " BEGIN UPDATE t SET a = datetime('now'); END;",
    ),
    Case("a cast", "CREATE TABLE t (a CHECK (CAST(a AS date(10)) > 0));"),
    Case("no table", "PRAGMA user_version = 1; VACUUM;", status="not_applicable"),
)
