"""Cases of LOG-01: a log that grows too fast."""

from tests.audit.case import Case
from tests.audit.rows import AT

_DAY_MS = 86_400_000
_NOON = AT // _DAY_MS * _DAY_MS + _DAY_MS // 2


def lines(days_ago: int, count: int, level: str = "info") -> str:
    """Return so many lines on one day, counted back from a day of the past."""
    at = _NOON - days_ago * _DAY_MS
    return (
        f"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
        " INSERT INTO site_logs (level, category, message, created_at)"
        f" SELECT '{level}', 'engine', 'm', {at} + i FROM n;"
    )


def usual(count: int, days: int = 14) -> str:
    """Return so many lines on each of the days before the last."""
    return "".join(lines(day, count) for day in range(1, days + 1))


_MANY = ("site_logs.created_at",)
_ERRORS = ("site_logs.level",)
_LEGACY = (
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
    " INSERT INTO site_logs (level, message, timestamp)"
    " SELECT 'ERROR', 'm', datetime('now', '-1 day') FROM n;"
)

DEFECT = (
    Case("50,001 lines on a day", lines(3, 50_001) + lines(0, 10), base="cts", objects=_MANY),
    Case("501 errors on a day", lines(3, 501, "error") + lines(0, 10), base="cts", objects=_ERRORS),
    Case(
        "errors and worse count together",
        lines(0, 300, "error") + lines(0, 300, "critical"),
        base="cts",
        objects=_ERRORS,
    ),
    Case("over five usual days", usual(300) + lines(0, 1_600), base="cts", objects=_MANY),
    Case("seven days to compare with", usual(300, 7) + lines(0, 1_600), base="cts", objects=_MANY),
    Case(
        "lines of the far future hide nothing",
        usual(300) + lines(0, 1_600) + lines(-30_000, 1),
        base="cts",
        objects=_MANY,
    ),
    Case(
        "both",
        lines(0, 50_001) + lines(1, 600, "error"),
        base="cts",
        objects=("site_logs.created_at", "site_logs.level"),
    ),
    Case("the legacy shape", _LEGACY.format(count=501), base="cts_legacy", objects=_ERRORS),
)

NEAR_MISS = (
    Case("no line", base="cts"),
    Case("50,000 lines on a day", lines(0, 50_000), base="cts"),
    Case("500 errors on a day", lines(0, 500, "error"), base="cts"),
    Case("600 warnings on a day", lines(0, 600, "warning"), base="cts"),
    Case("five usual days", usual(300) + lines(0, 1_500), base="cts"),
    Case("a quiet system with a busy day", usual(3) + lines(0, 999), base="cts"),
    Case("six days to compare with", usual(300, 6) + lines(0, 1_600), base="cts"),
    Case("one day of before was busy as well", usual(300, 13) + lines(14, 9_000), base="cts"),
    Case("long before the last line", lines(40, 50_001) + lines(0, 10), base="cts"),
    Case("the legacy shape", _LEGACY.format(count=500), base="cts_legacy"),
    Case("no log", base="freqtrade", status="not_applicable"),
)
