"""Cases of SCH-02: tables that differ from the expected schema."""

from tests.audit.case import Case

_NOW = "(CAST(unixepoch('subsec') * 1000 AS INTEGER))"
_ROLES = "CHECK (role IN ('owner','admin','trader','auditor','viewer'))"
_TIME = "CHECK (granted_at BETWEEN 1262304000000 AND 4102444800000)"


def _roles(
    *,
    user: str = "INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE",
    role: str = f"TEXT NOT NULL {_ROLES}",
    granted_at: str = f"INTEGER NOT NULL DEFAULT {_NOW} {_TIME}",
    end: str = "UNIQUE (user_id, role)) STRICT",
    key: str = "id INTEGER PRIMARY KEY",
) -> str:
    """Return the table user_roles made anew with other clauses."""
    return (
        f"DROP TABLE user_roles; CREATE TABLE user_roles ({key}, user_id {user}, role {role},"
        " granted_by INTEGER REFERENCES users(id) ON DELETE SET NULL,"
        f" granted_at {granted_at}, {end};"
    )


_FOUND = ("user_roles",)

DEFECT = (
    Case(
        "a column is gone",
        "ALTER TABLE alerts DROP COLUMN message;",
        base="cts",
        objects=("alerts",),
    ),
    Case("a guard is gone", "DROP TRIGGER trg_trades_no_delete;", base="cts", objects=("trades",)),
    Case(
        "another type",
        _roles(granted_at=f"REAL NOT NULL DEFAULT {_NOW} {_TIME}"),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "NULL allowed",
        _roles(user="INTEGER REFERENCES users(id) ON DELETE CASCADE"),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "another default",
        _roles(granted_at=f"INTEGER NOT NULL DEFAULT 0 {_TIME}"),
        base="cts",
        objects=_FOUND,
    ),
    Case("no default", _roles(granted_at=f"INTEGER NOT NULL {_TIME}"), base="cts", objects=_FOUND),
    Case("no foreign key", _roles(user="INTEGER NOT NULL"), base="cts", objects=_FOUND),
    Case(
        "another action",
        _roles(user="INTEGER NOT NULL REFERENCES users(id) ON DELETE RESTRICT"),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "another parent",
        _roles(user="INTEGER NOT NULL REFERENCES portfolios(id) ON DELETE CASCADE"),
        base="cts",
        objects=_FOUND,
    ),
    Case("no UNIQUE", _roles(end="CHECK (1)) STRICT"), base="cts", objects=_FOUND),
    Case("no CHECK", _roles(role="TEXT NOT NULL"), base="cts", objects=_FOUND),
    Case("not STRICT", _roles(end="UNIQUE (user_id, role))"), base="cts", objects=_FOUND),
    Case(
        "another primary key",
        _roles(key="id INTEGER", end="UNIQUE (user_id, role), PRIMARY KEY (user_id, role)) STRICT"),
        base="cts",
        objects=_FOUND,
    ),
)

NEAR_MISS = (
    Case("whole", base="cts"),
    Case("the same in other words", _roles(), base="cts"),
    Case(
        "the same in another case and order",
        _roles(
            role=f"text  NOT NULL /* {_ROLES} */ {_ROLES}", end="unique (role, user_id)) Strict"
        ),
        base="cts",
    ),
    Case(
        "a UNIQUE index in place of the constraint",
        _roles(end="CHECK (1)) STRICT") + "CREATE UNIQUE INDEX u ON user_roles (user_id, role);",
        base="cts",
    ),
    Case(
        "a column, an index, a trigger and a check more",
        "ALTER TABLE alerts ADD COLUMN note TEXT CHECK (note <> '');"
        "CREATE INDEX mine ON alerts (note);"
        "CREATE TRIGGER mine AFTER INSERT ON alerts BEGIN SELECT 1; END;",
        base="cts",
    ),
    Case("a missing table, which is SCH-01's", "DROP TABLE alerts;", base="cts"),
    Case(
        "a pending migration would add it",
        "DELETE FROM migrations WHERE name >= '066';"
        "DROP TRIGGER trg_trades_no_delete; DROP TRIGGER trg_audit_logs_no_update;",
        base="cts",
    ),
    Case("another program's database", base="hummingbot", status="not_applicable"),
)
