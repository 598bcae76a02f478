"""Cases of SEC-04: a disabled user who can still act."""

from tests.audit.case import Case
from tests.audit.rows import connection, row


def user(status: str | None, role: str | None = None) -> str:
    """Return user 2 with a status and a role."""
    rows = row("users", id=2, username="left", password_hash="$argon2id$v=19$x$y", status=status)
    return rows + (row("user_roles", user_id=2, role=role) if role else "")


_ROLE = ("users.status",)
_LIVE = ("users.id",)

DEFECT = (
    Case("disabled with a role", user("disabled", "trader"), base="cts", objects=_ROLE),
    Case("locked with a role", user("locked", "admin"), base="cts", objects=_ROLE),
    Case(
        "two roles are one user",
        user("disabled", "trader") + row("user_roles", user_id=2, role="auditor"),
        base="cts",
        objects=_ROLE,
    ),
    Case(
        "a live connection", user("disabled") + connection(2, user_id=2), base="cts", objects=_LIVE
    ),
    Case(
        "both",
        user("disabled", "owner") + connection(2, user_id=2),
        base="cts",
        objects=("users.id", "users.status"),
    ),
)

NEAR_MISS = (
    Case("active", user("active", "owner") + connection(2, user_id=2), base="cts"),
    Case("may only look", user("disabled", "viewer"), base="cts"),
    Case("no role", user("disabled"), base="cts"),
    Case("not live", user("disabled") + connection(2, user_id=2, is_live_trade=0), base="cts"),
    Case("the legacy shape has no status", base="cts_legacy", status="not_checked"),
    Case("no users", base="hummingbot", status="not_applicable"),
)
