"""Cases of IDX-09: indexes heavier than the data."""

from tests.audit.case import Case

_N = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000) "
_INSERT = (
    _N + "INSERT INTO t (a, b) SELECT printf('%.60c', 'x') || i, printf('%.60c', 'y') || i FROM n;"
)

DEFECT = (
    Case(
        "three indexes over everything",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b);" + _INSERT + "CREATE INDEX i ON t (a, b);"
        "CREATE INDEX j ON t (b, a);",
        objects=("t",),
    ),
    Case(
        "indexes of one's own on a CTS database",
        _N + "INSERT INTO site_logs (level, category, message, created_at) SELECT 'info', 'x',"
        " printf('%.150c', 'x') || i, 1700000000000 + i FROM n;"
        "CREATE INDEX mine ON site_logs (message, level);"
        "CREATE INDEX more ON site_logs (message);",
        base="cts",
        objects=("site_logs",),
    ),
)

NEAR_MISS = (
    Case(
        "lighter than the data",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b);" + _INSERT + "CREATE INDEX i ON t (a);",
    ),
    Case(
        "less than 1 MB",
        "CREATE TABLE t (a); INSERT INTO t VALUES (1); CREATE INDEX i ON t (a);"
        "CREATE INDEX j ON t (a DESC);",
    ),
    Case(
        "the table is its own index",
        "CREATE TABLE t (a, b, PRIMARY KEY (a, b)) WITHOUT ROWID;" + _INSERT,
    ),
    Case(
        "by design",
        _N + "INSERT INTO market_data (trading_pair_id, timeframe, open_time, open, high, low,"
        " close, volume) SELECT 1, '1m', 1700000000000 + i * 60000, 1, 1, 1, 1, 1 FROM n;",
        base="cts",
    ),
    Case("no index", "CREATE TABLE t (a);", status="not_applicable"),
)
