"""Cases of SCH-08: several storage classes in one column."""

from tests.audit.case import Case

DEFECT = (
    Case(
        "texts among prices",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, price REAL);"
        "INSERT INTO t (price) VALUES (1.5), ('2,5'), (''), (NULL);",
        objects=("t.price",),
        confidence="certain",
        severity="warning",
    ),
    Case(
        "a number of numpy, stored as its bytes",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER);"
        "INSERT INTO t (n) VALUES (1), (x'0200000000000000');",
        objects=("t.n",),
        confidence="certain",
    ),
    Case(
        "nothing but texts in a column of numbers",
        "CREATE TABLE t (a DECIMAL(10, 2)); INSERT INTO t VALUES ('n/a'), ('n/a');",
        objects=("t.a",),
        confidence="likely",
    ),
    Case(
        "numbers as text in a column without a type",
        "CREATE TABLE t (price); INSERT INTO t VALUES (1.5), ('2.5'), ('-3e2'), (NULL);",
        objects=("t.price",),
        confidence="likely",
        severity="warning",
    ),
    Case(
        "numbers as text among numbers in bytes",
        "CREATE TABLE t (price BLOB); INSERT INTO t VALUES (1.5), ('2.5'), (x'00');",
        objects=("t.price",),
        confidence="likely",
    ),
    Case(
        "numbers as text in a STRICT table's ANY",
        "CREATE TABLE t (price ANY) STRICT; INSERT INTO t VALUES (1.5), ('2.5');",
        objects=("t.price",),
        confidence="likely",
    ),
    Case(
        "bytes among texts",
        "CREATE TABLE t (symbol TEXT); INSERT INTO t VALUES ('BTC'), (x'425443');",
        objects=("t.symbol",),
        confidence="certain",
    ),
    Case(
        "yes and no as words and as numbers",
        "CREATE TABLE t (is_open BOOLEAN); INSERT INTO t VALUES (1), ('true');",
        objects=("t.is_open",),
    ),
    Case(
        "fractions among whole numbers",
        "CREATE TABLE t (volume BIGINT); INSERT INTO t VALUES (1), (1.5);",
        objects=("t.volume",),
        severity="info",
    ),
    Case(
        "a type that SQLite does not know",
        "CREATE TABLE t (code STRING); INSERT INTO t VALUES ('0042'), ('A42');",
        objects=("t.code",),
        severity="info",
        confidence="likely",
    ),
    Case(
        "text that is no instant among instants",
        "CREATE TABLE t (created_at INTEGER); INSERT INTO t VALUES (1700000000), ('soon');",
        objects=("t.created_at",),
    ),
    Case(
        "bytes among instants in text",
        "CREATE TABLE t (created_at TEXT);"
        "INSERT INTO t VALUES ('2024-05-01 10:00:00'), (x'323032342d30352d3031');",
        objects=("t.created_at",),
    ),
    Case(
        "instants in text where numbers were promised",
        "CREATE TABLE t (created_at INTEGER); INSERT INTO t VALUES ('2024-05-01 10:00:00');",
        objects=("t.created_at",),
        confidence="likely",
    ),
    Case(
        "text that is no valid UTF-8, a table without rowid, a stored generated column",
        "CREATE TABLE t (k BLOB PRIMARY KEY, n REAL, m REAL AS (n) STORED) WITHOUT ROWID;"
        "INSERT INTO t (k, n) VALUES (1, 1), (2, CAST(x'ff41' AS TEXT));",
        objects=("t.m", "t.n"),
    ),
    Case(
        "a collation that only its own program has",
        "CREATE TABLE t (n REAL); INSERT INTO t VALUES (1), ('x'); PRAGMA writable_schema = ON;"
        "UPDATE sqlite_schema SET sql = 'CREATE TABLE t (n REAL COLLATE elsewhere)';",
        objects=("t.n",),
    ),
    Case(
        "a table of 2,000 columns",
        f"CREATE TABLE t ({', '.join(f'c{number} REAL' for number in range(2000))});"
        "INSERT INTO t (c0, c1999) VALUES (1, 1), (2, 'x');",
        objects=("t.c1999",),
    ),
    Case(
        "hostile names",
        'CREATE TABLE "select ""x""; --" ("{c}" REAL, "{b}\n\'" REAL);'
        'INSERT INTO "select ""x""; --" VALUES (1, 1), (\'a\', \'b\');',
        objects=('select "x"; --.{b}\n\'', 'select "x"; --.{c}'),
    ),
    Case(
        "the v3.1 file",
        "INSERT INTO market_data (symbol, price) VALUES ('BTCUSDT', 1), ('BTCUSDT', 'NaN');",
        base="cts_legacy",
        objects=("market_data.price",),
    ),
)

NEAR_MISS = (
    Case(
        "whole numbers beside fractions",
        "CREATE TABLE t (a REAL, b NUMERIC, c DECIMAL(9, 2), d);"
        "INSERT INTO t VALUES (1, 1, 1, 1), (1.5, 1.5, 1.5, 1.5), (NULL, NULL, NULL, NULL);",
    ),
    Case(
        "numbers given as text, which SQLite makes numbers",
        "CREATE TABLE t (a REAL, b INTEGER, c NUMERIC);"
        "INSERT INTO t VALUES ('1.5', '2', '3'), (1, 2, 3);",
    ),
    Case(
        "numbers in a text column, which SQLite makes texts",
        "CREATE TABLE t (a TEXT, b VARCHAR(9)); INSERT INTO t VALUES (1, 2), ('x', 'y');",
    ),
    Case(
        "settings of any kind",
        "CREATE TABLE settings (key TEXT, value); INSERT INTO settings VALUES ('a', 1),"
        " ('b', 'words'), ('c', '2.0.1'), ('d', x'00');",
    ),
    Case(
        "bytes beside text in a column for anything",
        "CREATE TABLE t (a BLOB, b); INSERT INTO t VALUES (x'00', x'00'), ('x', 'x');",
    ),
    Case(
        "yes and no in words alone",
        "CREATE TABLE t (is_open BOOLEAN); INSERT INTO t VALUES ('true'), ('false');",
    ),
    Case(
        "a JSON document that is a number",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a JSON); INSERT INTO t (a) VALUES ('{}'), (5);",
        status="not_applicable",
    ),
    Case(
        "a type that SQLite does not know, texts alone",
        "CREATE TABLE t (code STRING); INSERT INTO t VALUES ('A42'), ('B');",
    ),
    Case(
        "texts and numbers among instants, which GEN-05 tells",
        "CREATE TABLE t (at DATETIME); INSERT INTO t VALUES (1700000000), ('2024-01-01 10:00:00');",
    ),
    Case(
        "what a full-text index keeps",
        "CREATE VIRTUAL TABLE notes USING fts4 (body); INSERT INTO notes VALUES ('a b c');",
        status="not_applicable",
    ),
    Case(
        "a generated column is computed when it is read",
        "CREATE TABLE t (n TEXT, m REAL AS (n)); INSERT INTO t (n) VALUES (1), ('x');",
        status="not_checked",
    ),
    Case(
        "a table over a million rows by its statistics",
        "CREATE TABLE t (n REAL); INSERT INTO t VALUES (1), ('x'); ANALYZE;"
        "UPDATE sqlite_stat1 SET stat = '5000000'; INSERT INTO sqlite_stat1 VALUES ('t', NULL,"
        " '5000000');",
        profile="standard",
        status="not_checked",
    ),
    Case("a STRICT table", "CREATE TABLE t (a REAL) STRICT;", status="not_applicable"),
    Case("the CTS schema", base="cts", status="not_applicable"),
)
