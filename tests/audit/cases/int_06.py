"""Cases of INT-06: what does not compile."""

from tests.audit.case import Case

_T = "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b);"


def _schema(kind: str, name: str, table: str, sql: str) -> str:
    """Put an object into the schema as a program of the field left it, without SQLite's checks."""
    text = sql.replace("'", "''")
    return (
        "PRAGMA writable_schema = ON; INSERT INTO sqlite_schema (type, name, tbl_name, rootpage,"
        f" sql) VALUES ('{kind}', '{name}', '{table}', 0, '{text}');"
    )


DEFECT = (
    Case(
        "a view of a missing table",
        "CREATE TABLE t (a); CREATE VIEW v AS SELECT * FROM gone;",
        objects=("v",),
        confidence="certain",
    ),
    Case("a view of a missing column", _T + "CREATE VIEW v AS SELECT c FROM t;", objects=("v",)),
    Case(
        "a view of a broken view",
        _T + "CREATE VIEW v AS SELECT * FROM gone; CREATE VIEW w AS SELECT * FROM v;",
        objects=("v", "w"),
    ),
    Case(
        "views in a circle",
        _T + "CREATE VIEW v AS SELECT 1; CREATE VIEW w AS SELECT * FROM v;"
        "DROP VIEW v; CREATE VIEW v AS SELECT * FROM w;",
        objects=("v", "w"),
        confidence="certain",
    ),
    Case(
        "a function of somebody's own",
        _T + "CREATE VIEW v AS SELECT my_function(a) FROM t;",
        objects=("v",),
        confidence="likely",
    ),
    Case(
        "a collation of somebody's own",
        _T + "CREATE VIEW v AS SELECT * FROM t ORDER BY a COLLATE my_order;",
        objects=("v",),
        confidence="likely",
    ),
    Case(
        "a table that a module may offer",
        _T + "CREATE VIEW v AS SELECT value FROM my_series(1, 10);",
        objects=("v",),
        confidence="likely",
    ),
    Case(
        "parts that no longer fit",
        "CREATE TABLE t (a); CREATE TABLE u (a);"
        "CREATE VIEW v AS SELECT * FROM t UNION SELECT * FROM u; ALTER TABLE t ADD COLUMN b;",
        objects=("v",),
    ),
    Case(
        "a trigger on a missing table",
        _T + "CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO gone VALUES (1); END;",
        objects=("g",),
    ),
    Case(
        "a trigger on a missing column, at an update",
        _T + "CREATE TRIGGER g AFTER UPDATE OF b ON t BEGIN UPDATE t SET c = 1; END;"
        "CREATE TRIGGER h AFTER DELETE ON t BEGIN SELECT old.c; END;"
        "CREATE TRIGGER fine AFTER DELETE ON t BEGIN SELECT old.a; END;",
        objects=("g", "h"),
    ),
    Case(
        "a trigger that counts on fewer columns",
        _T + "CREATE TABLE log (a); CREATE TRIGGER g AFTER INSERT ON t"
        " BEGIN INSERT INTO log VALUES (new.a); END; ALTER TABLE log ADD COLUMN b;",
        objects=("g",),
    ),
    Case(
        "a trigger of a view",
        _T + "CREATE VIEW v AS SELECT a FROM t;"
        "CREATE TRIGGER g INSTEAD OF INSERT ON v BEGIN INSERT INTO t (c) VALUES (new.a); END;",
        objects=("g",),
    ),
    Case(
        "hostile names",
        'CREATE TABLE "it\'s\n" ("a b"); CREATE VIEW "v""1" AS SELECT gone FROM "it\'s\n";',
        objects=('v"1',),
    ),
    Case(
        "expressions of a function of somebody's own",
        "CREATE TABLE t (a, b); CREATE INDEX i ON t (a); CREATE INDEX w ON t (b) WHERE b > 1;"
        "PRAGMA writable_schema = ON;"
        "UPDATE sqlite_schema SET sql = 'CREATE INDEX i ON t (mine(a))' WHERE name = 'i';"
        "UPDATE sqlite_schema SET sql = 'CREATE INDEX w ON t (b) WHERE mine(b)' WHERE name = 'w';"
        "UPDATE sqlite_schema SET sql ="
        " 'CREATE TABLE t (a, b CHECK (mine(b)), g AS (mine(a)))' WHERE name = 't';",
        objects=("i", "t", "t.g", "w"),
        confidence="likely",
    ),
    Case(
        "an index in a collation of somebody's own",
        "CREATE TABLE t (a); CREATE INDEX i ON t (a); PRAGMA writable_schema = ON;"
        "UPDATE sqlite_schema SET sql = 'CREATE INDEX i ON t (a COLLATE mine)' WHERE name = 'i';",
        objects=("i",),
        confidence="likely",
    ),
)

NEAR_MISS = (
    Case("the expected schema", base="cts"),
    Case("of the old system", base="cts_legacy"),
    Case("a view", _T + "CREATE VIEW v (x, y) AS SELECT a, count(*) FROM t GROUP BY 1;"),
    Case(
        "a string in double quotes",
        _T + 'CREATE VIEW v AS SELECT * FROM t WHERE a = "open";'
        'CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET a = "new" WHERE id = new.id; END;',
    ),
    Case(
        "a recursive view",
        "CREATE TABLE t (a); CREATE VIEW v AS WITH RECURSIVE n (i) AS"
        " (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n;",
    ),
    Case(
        "a trigger that raises, upserts and calls itself",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a UNIQUE, b);"
        "CREATE TRIGGER g BEFORE INSERT ON t WHEN new.a < 0 BEGIN SELECT RAISE(ABORT, 'no'); END;"
        "CREATE TRIGGER h AFTER INSERT ON t BEGIN INSERT INTO t (a) VALUES (new.b)"
        " ON CONFLICT (a) DO UPDATE SET b = excluded.b; END;",
    ),
    Case(
        "generated columns do not count among the values",
        "CREATE TABLE log (a, g AS (a + 1), s AS (a) STORED); CREATE TABLE t (a);"
        "CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.a); END;",
    ),
    Case(
        "rowid, statistics and the sequence",
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a); INSERT INTO t VALUES (1, 2);"
        "CREATE INDEX i ON t (a); ANALYZE; CREATE VIEW v AS SELECT t.rowid, seq, stat"
        " FROM t, sqlite_sequence, sqlite_stat1, sqlite_schema;",
    ),
    Case(
        "full text that follows a table",
        _T + "CREATE VIRTUAL TABLE f USING fts5 (a, content = t, content_rowid = id);"
        "CREATE TRIGGER g AFTER DELETE ON t"
        " BEGIN INSERT INTO f (f, rowid, a) VALUES ('delete', old.id, old.a); END;"
        "CREATE VIEW v AS SELECT rowid, rank, snippet(f, 0, '', '', '', 9) FROM f"
        " WHERE f MATCH 'x';",
    ),
    Case(
        "expressions",
        "CREATE TABLE t (a, b AS (lower(a)), CHECK (length(a) > 0));"
        "CREATE INDEX i ON t (abs(a), b COLLATE NOCASE) WHERE a IS NOT NULL;",
    ),
    Case(
        "a table of an unknown module",
        "CREATE TABLE t (a); CREATE VIEW v AS SELECT * FROM m;"
        + _schema("table", "m", "m", "CREATE VIRTUAL TABLE m USING nobody_knows (a)"),
        status="not_checked",
    ),
    Case(
        "what SQLite refuses for another reason",
        "CREATE TABLE t (a); CREATE VIEW v AS SELECT 1 FROM t" + ", t" * 64 + ";",
        status="not_checked",
    ),
    Case("nothing to compile", "CREATE TABLE t (a);", status="not_applicable"),
)
