"""Cases of AUD-01: an audit log with holes, or one that runs backwards."""

from tests.audit.case import Case
from tests.audit.rows import AT, row

_HOLES = ("audit_logs.id",)
_BACKWARDS = ("audit_logs.created_at",)


def entries(*numbers: int, step: int = 1000, **later: int) -> str:
    """Return an entry for each number, a second apart; `later` moves one (`n5=-9000`)."""
    return "".join(
        row(
            "audit_logs",
            id=number,
            action="login",
            created_at=AT + place * step + later.get(f"n{number}", 0),
        )
        for place, number in enumerate(numbers)
    )


_LARGE = (
    "ANALYZE; INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('audit_logs', NULL, '2000000');"
)
_OTHER_KEY = (
    "CREATE TABLE audit_logs (id TEXT PRIMARY KEY, action TEXT, created_at INTEGER);"
    "INSERT INTO audit_logs VALUES ('b', 'x', 9), ('f', 'y', 1000000);"
)

DEFECT = (
    Case("one is missing", entries(1, 2, 4), base="cts", objects=_HOLES),
    Case("the first are missing", entries(5, 6, 7), base="cts", objects=_HOLES),
    Case("six seconds back", entries(1, 2, 3, n3=-8_000), base="cts", objects=_BACKWARDS),
    Case(
        "the clock was an hour ahead",
        entries(1, 2, 3, 4, n2=3_600_000, n3=3_600_000),
        base="cts",
        objects=_BACKWARDS,
    ),
    Case(
        "both",
        entries(1, 2, 9, n9=-60_000),
        base="cts",
        objects=("audit_logs.created_at", "audit_logs.id"),
    ),
    Case("a large table", entries(1, 3) + _LARGE, base="cts", objects=_HOLES),
)

NEAR_MISS = (
    Case("no entry", base="cts"),
    Case("in order", entries(1, 2, 3), base="cts"),
    Case("four seconds back", entries(1, 2, n2=-5_000), base="cts"),
    Case("at the same moment", entries(1, 2, step=0), base="cts"),
    Case(
        "a write that was rolled back",
        entries(1) + f"BEGIN; {entries(2)} ROLLBACK; {entries(2)}",
        base="cts",
    ),
    Case(
        "a large table in a standard audit",
        entries(1, 3) + _LARGE,
        base="cts",
        profile="standard",
        status="not_checked",
    ),
    Case("numbered by a program", _OTHER_KEY, status="not_checked"),
    Case("no audit log", base="cts_legacy", status="not_applicable"),
)
