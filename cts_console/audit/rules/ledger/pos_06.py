"""Positions whose times contradict their status.

What it finds: a position that is open but has a closing time, one that is closed or liquidated but
has none, and one that was closed before it was opened.

Why a trader cares: what is open is counted by the status in one place and by the closing time in
another. The engine may watch a position that is gone, or leave alone one that is there.

What to do: look at the exchange which of the two is true, and correct the other.

Tolerance and false positives: 5 seconds between the two times, because they may come from two
clocks. Status words other than open, closed and liquidated are not judged.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask_sorted, counted

_SQL: Final = """
    SELECT id, status, opened_at, closed_at,
        CASE WHEN status = 'open' AND closed_at IS NOT NULL THEN 'open with a closing time'
            WHEN status IN ('closed', 'liquidated') AND closed_at IS NULL
                THEN 'closed without a time'
            ELSE 'closed before it was opened' END AS verdict
    FROM positions
    WHERE (status = 'open' AND closed_at IS NOT NULL)
    OR (status IN ('closed', 'liquidated') AND closed_at IS NULL)
    OR closed_at < opened_at - 5000
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per kind of contradiction."""
    answers = ask_sorted(
        context, _SQL, {"positions": "id status opened_at closed_at"}, key="positions"
    )
    for cause, answer in sorted(answers.items()):
        yield RULE.finding(
            object=answer.place("positions", "closed_at"),
            table=answer.table("positions"),
            cause=cause,
            title=f"{counted(answer.total, 'position')} {cause}",
            detail=(
                "Status and times of these positions contradict each other. Programs that count "
                "by the one and programs that count by the other see different positions."
            ),
            recommendation=(
                "Find out from the exchange or from the trades which is true, and correct the "
                "other by hand."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
        )


RULE = Rule(
    id="POS-06",
    title="Times of a position contradict its status",
    category="ledger",
    severity="error",
    profile="standard",
    needs=Needs(),
    check=check,
)
