"""Cases of IDX-04: an index missing for a known query."""

from tests.audit.case import Case, asked

_NUMBERS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})"
_FILLS = (
    "CREATE TABLE fills (id INTEGER PRIMARY KEY, venue TEXT, side TEXT, at INTEGER, qty REAL);"
    + _NUMBERS.format(rows=1500)
    + " INSERT INTO fills (venue, side, at, qty) SELECT 'v' || (i % 97), 'buy', i, i * 7 % 1009"
    " FROM n;"
)
_ORDERS = (
    _NUMBERS
    + " INSERT INTO orders (connection_id, portfolio_id, trading_pair_id, position_id, bot_id,"
    " client_order_id, side, order_type, price, amount, status, created_at, updated_at)"
    " SELECT 1, 1, 1 + i % 2, i / 3, i % 50, 'c' || i, 'buy', 'limit', 100 + i, 1, 'filled',"
    " 1700000000000 + i, 1700000000000 + i FROM n;"
)
_TRADES = (
    _NUMBERS.format(rows=1200)
    + " INSERT INTO trades (connection_id, order_id, trading_pair_id, exchange_trade_id, side,"
    " price, amount, cost, executed_at, recorded_at) SELECT 1, i, 1, 't' || i, 'buy', 1, 1, 1,"
    " 1700000000000 + i, 1700000000000 + i FROM n;"
)
_MARTIAN = (
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'NOCASE', 'martian');"
)

DEFECT = (
    Case(
        "an index of the schema is gone",
        "DROP INDEX idx_orders_bot;" + _ORDERS.format(rows=1200),
        base="cts",
        objects=("orders.bot_id",),
        confidence="likely",
        severity="warning",
    ),
    Case(
        "two are gone, and the statistics know the table",
        "DROP INDEX idx_orders_bot; DROP INDEX idx_orders_position;"
        + _ORDERS.format(rows=1200)
        + "ANALYZE;",
        base="cts",
        objects=("orders.bot_id", "orders.position_id"),
    ),
    Case(
        "a query of one's own",
        _FILLS,
        then=asked("SELECT * FROM fills WHERE venue = ?"),
        objects=("fills.venue",),
    ),
    Case(
        "a query of one's own on a legacy file",
        _ORDERS.format(rows=1100)
        .replace("portfolio_id, trading_pair_id, position_id, bot_id, client_order_id", "symbol")
        .replace("order_type", "type")
        .replace("1, 1 + i % 2, i / 3, i % 50, 'c' || i", "'S' || (i % 60)"),
        base="cts_legacy",
        then=asked("SELECT * FROM orders WHERE symbol = :symbol"),
        objects=("orders.symbol",),
    ),
    Case(
        "a sort, where the index of the search could do it",
        _FILLS + "CREATE INDEX i ON fills (venue);",
        then=asked("SELECT * FROM fills WHERE venue = ? ORDER BY at DESC"),
        objects=("fills.venue, at",),
    ),
    Case(
        "an automatic index",
        _FILLS + "CREATE TABLE venues (name TEXT PRIMARY KEY, qty REAL);",
        then=asked("SELECT f.id FROM venues AS v JOIN fills AS f ON f.qty = v.qty"),
        objects=("fills.qty",),
    ),
    Case(
        "one index for two queries",
        _FILLS,
        then=asked(
            "SELECT * FROM fills WHERE venue = ?",
            "SELECT * FROM fills WHERE venue = ? ORDER BY at",
        ),
        objects=("fills.venue, at",),
    ),
    Case(
        "two indexes for one query",
        _FILLS,
        then=asked("SELECT * FROM fills WHERE venue = ? OR qty = ?"),
        objects=("fills.qty", "fills.venue"),
    ),
    Case(
        "through a view",
        _FILLS + "CREATE VIEW buys AS SELECT * FROM fills WHERE side = 'buy';",
        then=asked("SELECT sum(qty) FROM buys WHERE at > ?"),
        objects=("fills.side, at",),
    ),
    Case(
        "a query that deletes",
        _FILLS,
        then=asked("DELETE FROM fills WHERE at < ?"),
        objects=("fills.at",),
    ),
    Case(
        "a table without rowid, names that need quotes",
        'CREATE TABLE "fi""lls é" ("from" TEXT, "a b" INTEGER, at INTEGER,'
        ' PRIMARY KEY ("a b", "from")) WITHOUT ROWID;'
        + _NUMBERS.format(rows=1500)
        + ' INSERT INTO "fi""lls é" SELECT \'v\' || (i % 97), i, i FROM n;',
        then=asked('SELECT * FROM "fi""lls é" WHERE "from" = ?'),
        objects=('fi"lls é.from',),
    ),
    Case(
        "double-quoted strings in an old schema",
        'CREATE TABLE fills (id INTEGER PRIMARY KEY, venue TEXT DEFAULT "x" COLLATE NOCASE,'
        ' at INTEGER, CHECK (venue <> "y"));'
        + _NUMBERS.format(rows=1500)
        + " INSERT INTO fills (venue, at) SELECT 'v' || (i % 97), i FROM n;",
        then=asked("SELECT * FROM fills WHERE venue = ?"),
        objects=("fills.venue",),
    ),
)

NEAR_MISS = (
    Case("every index is there", _ORDERS.format(rows=1200), base="cts"),
    Case(
        "every index is there, and the statistics advise against some",
        _ORDERS.format(rows=1200) + _TRADES + "ANALYZE;",
        base="cts",
    ),
    Case("a small table", "DROP INDEX idx_orders_bot;" + _ORDERS.format(rows=900), base="cts"),
    Case(
        "another index serves", "DROP INDEX idx_trades_connection_executed;" + _TRADES, base="cts"
    ),
    Case(
        "a partial index serves, which the advisor does not see",
        _FILLS + "CREATE INDEX i ON fills (venue) WHERE side = 'sell';",
        then=asked("SELECT * FROM fills WHERE venue = ? AND side = 'sell'"),
    ),
    Case(
        "a column that holds one value",
        _FILLS,
        then=asked("SELECT * FROM fills WHERE side = ?"),
    ),
    Case(
        "the whole table is wanted",
        _FILLS,
        then=asked("SELECT * FROM fills", "SELECT max(id), sum(qty) FROM fills"),
    ),
    Case("no query is known", _FILLS, status="not_applicable"),
    Case("a legacy file of which no query is known", base="cts_legacy", status="not_applicable"),
    Case(
        "a query that does not compile any more",
        _FILLS,
        then=asked("SELECT gone FROM fills"),
        status="not_checked",
    ),
    Case(
        "a virtual table",
        "CREATE VIRTUAL TABLE notes USING fts5 (text);",
        then=asked("SELECT * FROM notes WHERE text = ?"),
        status="not_checked",
    ),
    Case(
        "an index that only the file's own program can read may serve",
        _FILLS + "CREATE INDEX i ON fills (side COLLATE NOCASE);" + _MARTIAN,
        then=asked("SELECT * FROM fills WHERE venue = ?"),
        status="not_checked",
    ),
    Case(
        "a migration is pending, so that a query of the catalogue has no table",
        "DROP TABLE symbol_processing_queue;",
        base="cts",
        status="not_checked",
    ),
)
