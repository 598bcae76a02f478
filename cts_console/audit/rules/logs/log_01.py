"""The log grows faster than it should.

What it finds: a day with more than 50,000 lines or more than 500 errors in the last 30 days of
`site_logs`, and a last day with more than five times the lines of a usual day: the median of the 14
days before it.

Why a trader cares: a program that fails in a loop says so here first. And the log itself can fill
the disk, after which nothing can be written: no order, no fill, not even the VACUUM that helps.

What to do: look which category and message repeat, end the cause, and lower `log.level` where the
lines are of no use.

Tolerance and false positives: the comparison with a usual day needs at least seven days with lines
among the 14, and at least 1,000 lines on the last day, so that a quiet system may have a busy
afternoon. Days are UTC. Lines dated more than a day ahead are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median
from typing import Final

from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted
from cts_console.sqlite import Row

MOST_LINES: Final = 50_000
MOST_ERRORS: Final = 500
GROWTH: Final = 5
LEAST_LINES: Final = 1_000
COMPARED_DAYS: Final = 14
LEAST_DAYS: Final = 7

_SQL: Final = """
    SELECT CAST(created_at / 86400000 AS INTEGER) AS day,
      date(created_at / 86400000 * 86400, 'unixepoch') AS date,
      count(*) AS lines, sum(level IN ('error', 'critical')) AS errors
    FROM site_logs
    WHERE created_at <= :now + 86400000 AND created_at > (
      SELECT max(created_at) FROM site_logs WHERE created_at <= :now + 86400000
    ) - 30 * 86400000
    GROUP BY 1 ORDER BY 1
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for days with many lines and one for days with many errors."""
    answer = ask(context, _SQL, {"site_logs": "level created_at"})
    table = answer.table("site_logs")
    days = {int(day): (date, lines, errors) for day, date, lines, errors in _whole(answer.rows)}
    last = max(days, default=0)
    lines = {day: count for day, (_, count, _) in days.items()}
    busy = [
        days[day]
        for day, count in lines.items()
        if count > MOST_LINES or (day == last and is_growth(lines))
    ]
    failing = [row for row in days.values() if row[2] > MOST_ERRORS]
    if busy:
        yield RULE.finding(
            object=f"{table}.created_at",
            table=table,
            cause="many lines",
            title=f"{counted(len(busy), 'day')} with far more log lines than usual",
            detail=(
                f"More than {MOST_LINES:,} lines on a day, or over {GROWTH} times a usual day. "
                "Something repeats itself, and the log takes the disk that trading needs."
            ),
            recommendation=(
                "Look which category and message repeat on these days, end the cause, and lower "
                "log.level where the lines are of no use."
            ),
            evidence=Evidence.of(("day", "lines", "errors"), busy),
            sql=answer.sql,
        )
    if failing:
        yield RULE.finding(
            object=f"{table}.level",
            table=table,
            cause="many errors",
            title=f"{counted(len(failing), 'day')} with more than {MOST_ERRORS} errors in the log",
            detail="A program failed again and again on these days, while trading went on.",
            recommendation="Look which errors repeat on these days, and end their cause.",
            evidence=Evidence.of(("day", "lines", "errors"), failing),
            sql=answer.sql,
        )


def is_growth(lines: dict[int, int]) -> bool:
    """Return whether the last day has far more lines than the days before it.

    `lines` holds the lines of each day by its number.
    """
    last = max(lines)
    before = [lines[day] for day in range(last - COMPARED_DAYS, last) if day in lines]
    return (
        len(before) >= LEAST_DAYS
        and lines[last] >= LEAST_LINES
        and lines[last] > GROWTH * median(before)
    )


def _whole(rows: Iterable[Row]) -> Iterable[tuple[int, str, int, int]]:
    for day, date, lines, errors in rows:
        if isinstance(day, int) and isinstance(lines, int):
            yield day, str(date), lines, errors if isinstance(errors, int) else 0


RULE = Rule(
    id="LOG-01",
    title="Log growth",
    category="logs",
    severity="warning",
    profile="standard",
    needs=Needs(),
    check=check,
)
