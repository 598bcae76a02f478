"""Cases of INT-07: content that differs from a seal."""

from tests.audit.case import Case, both, ran, sealed

_TRADES = """
CREATE TABLE trades (id INTEGER PRIMARY KEY, price REAL, fee REAL);
INSERT INTO trades VALUES (1, 10.5, 0.1), (2, 11.0, 0.1), (3, 12.0, 0.1);
"""


def _after(sql: str, table: str = "trades", make: str = _TRADES, **options: object) -> Case:
    return Case(sql.partition(";")[0], make, then=both(sealed(table), ran(sql)), **options)  # type: ignore[arg-type]  # fields of Case


DEFECT = (
    _after("UPDATE trades SET price = 10.6 WHERE id = 1", objects=("trades",)),
    _after("UPDATE trades SET price = '10.5x' WHERE id = 1", objects=("trades",)),
    _after("UPDATE trades SET fee = NULL WHERE id = 3", objects=("trades",)),
    _after("DELETE FROM trades WHERE id = 2", objects=("trades",)),
    _after("DELETE FROM trades WHERE id = 3", objects=("trades",)),
    _after("DELETE FROM trades", objects=("trades",)),
    _after("UPDATE trades SET id = 4 WHERE id = 3", objects=("trades",)),
    _after("INSERT INTO trades VALUES (0, 1.0, 0.0)", objects=("trades",)),
    _after("INSERT OR REPLACE INTO trades VALUES (2, 11.0, 0.2)", objects=("trades",)),
    Case(
        "a CTS database's log entry",
        "DROP TRIGGER trg_audit_logs_no_update; "
        "INSERT INTO audit_logs (id, action) VALUES (1, 'login')",
        base="cts",
        then=both(
            sealed("audit_logs"), ran("UPDATE audit_logs SET action = 'logout' WHERE id = 1")
        ),
        objects=("audit_logs",),
    ),
)

NEAR_MISS = (
    Case("no seal was made", _TRADES, status="not_applicable"),
    _after("INSERT INTO trades VALUES (4, 13.0, 0.1)"),
    _after("UPDATE trades SET price = 10.5 WHERE id = 1"),
    _after("VACUUM"),
    Case(
        "row numbers that VACUUM gives anew",
        "CREATE TABLE log (line TEXT); INSERT INTO log VALUES ('a'), ('b'), ('c'); "
        "DELETE FROM log WHERE line = 'b'",
        then=both(sealed("log"), ran("VACUUM; INSERT INTO log VALUES ('d')")),
    ),
    Case(
        "a row between others of a table WITHOUT ROWID",
        "CREATE TABLE c (s TEXT, at INTEGER, p REAL, PRIMARY KEY (s, at)) WITHOUT ROWID; "
        "INSERT INTO c VALUES ('a', 1, 1.0), ('b', 1, 2.0)",
        then=both(sealed("c"), ran("INSERT INTO c VALUES ('a', 2, 3.0)")),
    ),
    Case(
        "a fee that a CTS database learns later",
        "UPDATE trades SET fee = 0, fee_currency = NULL WHERE id = 1",
        base="cts",
        then=both(sealed("trades"), ran("UPDATE trades SET fee = 0.5, fee_currency = 'USDT'")),
    ),
)
