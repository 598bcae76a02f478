"""Cases of SEC-06: a schema that does something on being read."""

from tests.audit.case import Case

_T = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);"


def schema(kind: str, name: str, sql: str) -> str:
    """Return what writes an object into the schema that this SQLite would not take."""
    text = sql.replace("'", "''")
    return (
        f"{_T} PRAGMA writable_schema = ON;"
        "INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql)"
        f" VALUES ('{kind}', '{name}', '{name}', 0, '{text}');"
        "PRAGMA writable_schema = OFF;"
    )


DEFECT = (
    Case(
        "a view loads an extension",
        _T + "CREATE VIEW v AS SELECT load_extension(a) FROM t;",
        objects=("v",),
        severity="warning",
        confidence="certain",
    ),
    Case(
        "a trigger writes a file",
        _T + "CREATE TRIGGER g AFTER INSERT ON t WHEN new.a <> '' BEGIN"
        " SELECT WriteFile('/tmp/x', new.a); END;",
        objects=("g",),
    ),
    Case(
        "in the condition of a trigger, dressed up",
        _T + 'CREATE TRIGGER g AFTER INSERT ON t WHEN ("readfile" /* ( */ (new.a)) BEGIN'
        " SELECT 1; END;",
        objects=("g",),
    ),
    Case(
        "a table of files in a view",
        _T + "CREATE VIEW v AS SELECT * FROM fsdir('/');",
        objects=("v",),
    ),
    Case(
        "a tokenizer",
        _T + "CREATE VIEW v AS SELECT fts3_tokenizer('a', a) FROM t;",
        objects=("v",),
    ),
    Case(
        "an unknown function",
        _T + "CREATE VIEW v AS SELECT my_function(a) FROM t;",
        objects=("v",),
        severity="info",
        confidence="unknown",
    ),
    Case(
        "one with an effect and an unknown one",
        _T + "CREATE VIEW v AS SELECT my_function(readfile(a)) FROM t;",
        objects=("v", "v"),
    ),
    Case(
        "a table of a CSV file",
        schema("table", "c", "CREATE VIRTUAL TABLE c USING csv(filename='/etc/passwd')"),
        objects=("c",),
    ),
    Case(
        "a module in quotes",
        schema("table", "c", "CREATE VIRTUAL TABLE c USING \"ZipFile\"('a.zip')"),
        objects=("c",),
    ),
    Case(
        "names that need quotes",
        _T + 'CREATE VIEW "a \'b\n" AS SELECT edit(a) FROM t;',
        objects=("a 'b\n",),
    ),
)

NEAR_MISS = (
    Case("a CTS file", base="cts"),
    Case("a legacy file", base="cts_legacy"),
    Case(
        "functions of SQLite",
        _T
        + "CREATE VIEW v AS SELECT upper(a), count(*) FILTER (WHERE a > 1) OVER (PARTITION BY a),"
        " CAST(a AS DECIMAL(10, 2)), sqrt(id), coalesce(a, (SELECT max(id) FROM t))"
        " FROM t WHERE a IN ('x') AND NOT EXISTS (SELECT 1) GROUP BY 1;",
    ),
    Case(
        "table-valued functions of SQLite",
        _T + "CREATE VIEW v AS SELECT j.value FROM t, json_each(t.a) AS j, pragma_table_info('t');",
    ),
    Case(
        "names and lists of columns are no calls",
        _T + "CREATE TABLE edit (id INTEGER PRIMARY KEY, x);"
        "CREATE VIEW v (id, b) AS WITH readfile (n) AS (SELECT 1), writefile (n) AS MATERIALIZED"
        " (SELECT 2) SELECT readfile.n, writefile.n FROM readfile JOIN writefile USING (n);"
        "CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO edit (id, x) VALUES (1, 2)"
        " ON CONFLICT (id) DO UPDATE SET (x, id) = (3, 4); INSERT INTO edit (x) SELECT 1; END;",
    ),
    Case(
        "in a string and in a comment",
        _T + "CREATE VIEW v AS SELECT 'readfile(a)' AS x /* writefile(a) */ FROM t -- edit(a)\n;",
    ),
    Case("a column of that name", "CREATE TABLE t (edit TEXT, x AS (edit || ''));"),
    Case(
        "virtual tables of the ordinary kind",
        "CREATE VIRTUAL TABLE f USING fts5(a); CREATE VIRTUAL TABLE r USING rtree(id, a, b);",
    ),
    Case(
        "an unknown module of another kind",
        schema("table", "c", "CREATE VIRTUAL TABLE c USING vec0(a)"),
    ),
    Case("freqtrade", base="freqtrade"),
)
