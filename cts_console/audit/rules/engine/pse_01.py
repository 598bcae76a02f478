"""Simulated positions that contradict themselves, or never end.

What it finds: a simulated position that is active and has a closing time, is closed or cancelled
and has none, or was closed more than 5 seconds before it was opened. Apart from that, one that has
been active for more than a week.

Why a trader cares: strategies are chosen by the results of simulated positions. One that is both
open and closed counts twice or not at all, and forgotten ones weigh on every average.

What to do: let the engine close what is over. If simulated positions stay open in numbers, look for
the run in which the engine stopped in the middle.

Tolerance and false positives: simulations that shall run for weeks are right; the age is only a
likely sign.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import Answer, ask, counted

_CONTRADICTION: Final = """
    SELECT id, status, opened_at, closed_at
    FROM pseudo_positions
    WHERE (status = 'active' AND closed_at IS NOT NULL)
       OR (status IN ('closed', 'cancelled') AND closed_at IS NULL)
       OR closed_at < opened_at - 5000
"""
_OLD: Final = """
    SELECT id, status, opened_at, (:now - opened_at) / 86400000.0 AS days
    FROM pseudo_positions
    WHERE status = 'active' AND closed_at IS NULL AND opened_at < :now - 7 * 86400000
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for contradictions, one for simulations older than a week."""
    contradiction = _ask(context, _CONTRADICTION)
    if contradiction.total:
        yield _contradicts_itself(contradiction)
    old = _ask(context, _OLD)
    if old.total:
        yield _is_old(old)


def _ask(context: AuditContext, sql: str) -> Answer:
    needs = {"pseudo_positions": "id status opened_at closed_at"}
    return ask(context, sql, needs, key="pseudo_positions")


def _contradicts_itself(answer: Answer) -> Finding:
    table = answer.table("pseudo_positions")
    return RULE.finding(
        object=f"{table}.status",
        table=table,
        cause="status and times contradict each other",
        title=f"{counted(answer.total, 'simulated position')} whose status and times disagree",
        detail=(
            "These rows are open by one column and closed by the other, or were closed before they "
            "were opened. Results of a strategy count them twice or not at all."
        ),
        recommendation=(
            "Let the engine close them, and find the program that writes the status without the "
            "time."
        ),
        evidence=answer.evidence,
        sql=answer.sql,
    )


def _is_old(answer: Answer) -> Finding:
    table = answer.table("pseudo_positions")
    return RULE.finding(
        object=f"{table}.opened_at",
        table=table,
        cause="active for more than a week",
        title=f"{counted(answer.total, 'simulated position')} active for more than a week",
        detail=(
            "Simulations mostly last hours. One that stays active for a week was probably "
            "forgotten when an engine stopped, and weighs on every average."
        ),
        recommendation="Let the engine close them unless they shall run this long.",
        evidence=answer.evidence,
        sql=answer.sql,
        confidence="likely",
    )


RULE = Rule(
    id="PSE-01",
    title="Simulated position contradicts itself",
    category="engine",
    severity="warning",
    profile="standard",
    needs=Needs(),
    check=check,
)
