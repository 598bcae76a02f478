"""Cases of IDX-10: indexes of the expected schema that are missing."""

from tests.audit.case import Case

_NAME = "idx_orders_connection_created"
_DROP = f"DROP INDEX {_NAME};"

DEFECT = (
    Case("dropped", _DROP, base="cts", objects=(_NAME,)),
    Case(
        "two of them",
        _DROP + "DROP INDEX idx_user_roles_granted_by;",
        base="cts",
        objects=(_NAME, "idx_user_roles_granted_by"),
    ),
    Case(
        "one of the same columns in another order is no stand-in",
        _DROP + "CREATE INDEX mine ON orders (created_at, connection_id);",
        base="cts",
        objects=(_NAME,),
    ),
)

NEAR_MISS = (
    Case("whole", base="cts"),
    Case("an index of one's own", "CREATE INDEX mine ON orders (amount);", base="cts"),
    Case(
        "the same under another name",
        _DROP + "CREATE INDEX mine ON orders (connection_id, created_at);",
        base="cts",
    ),
    Case(
        "another under its name, which is SCH-09's",
        _DROP + f"CREATE INDEX {_NAME} ON orders (amount);",
        base="cts",
    ),
    Case("its table is missing, which is SCH-01's", "DROP TABLE user_roles;", base="cts"),
    Case(
        "a pending migration would make it",
        "DELETE FROM migrations WHERE name LIKE '102%'; DROP INDEX idx_perf_orders_open_book;",
        base="cts",
    ),
    Case("another program's database", base="freqtrade", status="not_applicable"),
)
