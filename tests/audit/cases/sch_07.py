"""Cases of SCH-07: columns that look like references."""

from tests.audit.case import Case

_O = "CREATE TABLE orders (id INTEGER PRIMARY KEY);"

DEFECT = (
    Case(
        "the name of a table",
        _O + "CREATE TABLE trades (id INTEGER PRIMARY KEY, order_id INTEGER);",
        objects=("trades",),
        confidence="likely",
    ),
    Case(
        "two columns, one finding",
        _O + "CREATE TABLE entries (id INTEGER PRIMARY KEY);"
        "CREATE TABLE t (Order_ID BIGINT, entry_id);",
        objects=("t",),
    ),
    Case(
        "as in another table",
        "CREATE TABLE exchange_connections (id INTEGER PRIMARY KEY);"
        "CREATE TABLE a (connection_id INTEGER REFERENCES exchange_connections);"
        "CREATE TABLE b (connection_id INTEGER);",
        objects=("b",),
    ),
    Case("of the old system", base="cts_legacy", objects=("archived_market_data", "site_logs")),
)

NEAR_MISS = (
    Case("a foreign key", _O + "CREATE TABLE t (order_id INTEGER REFERENCES orders);"),
    Case("no such table", _O + "CREATE TABLE t (session_id INTEGER, run_id TEXT);"),
    Case(
        "somebody else's",
        _O + "CREATE TABLE exchange_orders (id INTEGER PRIMARY KEY);"
        "CREATE TABLE t (exchange_order_id INTEGER, client_order_id INTEGER);",
    ),
    Case("its own table", "CREATE TABLE orders (id INTEGER PRIMARY KEY, order_id INTEGER);"),
    Case("of another type", _O + "CREATE TABLE t (order_id TEXT);"),
    Case("to several tables", _O + "CREATE TABLE t (order_id INTEGER, order_type TEXT);"),
    Case(
        "a column that points to two tables elsewhere",
        "CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (id INTEGER PRIMARY KEY);"
        "CREATE TABLE c (owner_id INTEGER REFERENCES a);"
        "CREATE TABLE d (owner_id INTEGER REFERENCES b); CREATE TABLE e (owner_id INTEGER);",
    ),
    Case("the expected schema", base="cts"),
    Case("of freqtrade", base="freqtrade"),
    Case("of hummingbot", base="hummingbot"),
)
