"""Cases of SCH-09: names that hide or mislead."""

from tests.audit.case import Case

_INDEX = "idx_orders_connection_created"

DEFECT = (
    Case(
        "a column called rowid",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, RowID TEXT);",
        objects=("t.RowID",),
        severity="warning",
    ),
    Case(
        "a table of SQLite's",
        "CREATE TABLE json_each (a); CREATE VIEW pragma_table_info AS SELECT 1 AS a;",
        objects=("json_each", "pragma_table_info"),
    ),
    Case(
        "words of SQL and other characters",
        'CREATE TABLE "order" (id INTEGER PRIMARY KEY, "a b", "select", "1st");'
        'CREATE INDEX "my-index" ON "order" (id);',
        objects=("names",),
        severity="info",
    ),
    Case("current_date is a function", 'CREATE TABLE t ("current_date");', objects=("names",)),
    Case("of hummingbot", base="hummingbot", objects=("names",)),
    Case(
        "an index of other columns",
        f"DROP INDEX {_INDEX}; CREATE INDEX {_INDEX} ON orders (created_at);",
        base="cts",
        objects=(_INDEX,),
        severity="warning",
    ),
    Case(
        "an index with a WHERE",
        f"DROP INDEX {_INDEX};"
        f"CREATE INDEX {_INDEX} ON orders (connection_id, created_at) WHERE amount > 1;",
        base="cts",
        objects=(_INDEX,),
    ),
    Case(
        "a guard that guards nothing",
        "DROP TRIGGER trg_trades_no_delete;"
        "CREATE TRIGGER trg_trades_no_delete BEFORE DELETE ON trades BEGIN SELECT 1; END;",
        base="cts",
        objects=("trg_trades_no_delete",),
    ),
    Case(
        "a view of something else",
        "DROP VIEW v_daily_volume; CREATE VIEW v_daily_volume AS SELECT 1 AS connection_id;",
        base="cts",
        objects=("v_daily_volume",),
    ),
)

NEAR_MISS = (
    Case(
        "keywords that may be names, and letters of every script",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, key, action, temp, begin, preço, _x, a$b, desc);",
    ),
    Case("rowid as the primary key", "CREATE TABLE t (rowid INTEGER PRIMARY KEY, oid TEXT);"),
    Case("rowid where there is none", "CREATE TABLE t (rowid TEXT PRIMARY KEY) WITHOUT ROWID;"),
    Case("the expected schema", base="cts"),
    Case(
        "the same index in other words",
        f"DROP INDEX {_INDEX};"
        f"CREATE INDEX {_INDEX} ON orders (Connection_ID COLLATE binary, created_at ASC);",
        base="cts",
    ),
    Case("indexes of one's own", "CREATE INDEX mine ON orders (amount);", base="cts"),
    Case("a missing one, which is IDX-10's", f"DROP INDEX {_INDEX};", base="cts"),
    Case(
        "a pending migration would make it",
        f"DELETE FROM migrations WHERE name >= '047'; DROP INDEX {_INDEX};"
        f"CREATE INDEX {_INDEX} ON orders (amount);",
        base="cts",
    ),
    Case("of freqtrade", base="freqtrade"),
    Case("of the old system", base="cts_legacy"),
)
