"""The audit log has holes, or runs backwards.

What it finds: numbers that are missing between two entries of `audit_logs`, or before the first
one, and an entry that is more than five seconds older than the one before it.

Why a trader cares: the log is to prove who did what. SQLite gives each new row the next number, and
a write that was rolled back leaves no hole; so a hole means that entries were deleted. Times that
run backwards mean that entries were written later than they say, or that the clock was wrong.

What to do: compare with a backup to see which entries are gone, and ask who could write the file
without the triggers that refuse it.

Tolerance and false positives: five seconds for corrections of the clock. A clock that was an hour
ahead shows once, at the entry after its correction. Entries deleted at the end leave no trace here.
A program that numbers its entries itself may leave numbers out. Tables of over a million rows are
read by a deep audit alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, NotCheckedError, Rule
from cts_console.audit.trading import ask, bound, counted

_HOLES: Final = """
    SELECT id, previous_id, id - previous_id - 1 AS missing, created_at
    FROM (
      SELECT id, created_at, coalesce(lag(id) OVER (ORDER BY id), 0) AS previous_id
      FROM audit_logs
    )
    WHERE id > previous_id + 1
"""
_BACKWARDS: Final = """
    SELECT id, previous_at, created_at
    FROM (SELECT id, created_at, lag(created_at) OVER (ORDER BY id) AS previous_at FROM audit_logs)
    WHERE created_at < previous_at - 5000
"""
_NEEDS: Final = {"audit_logs": "id created_at"}


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all holes and one for all times that run backwards."""
    there = bound(context, "audit_logs")
    if there is None:
        raise NotApplicableError("the file has no table of audit logs")
    alias = there.table.rowid_alias
    if alias is None or alias.name.lower() != "id":
        raise NotCheckedError(
            f"SQLite does not number {there.table.name}.id, so its order tells nothing"
        )
    if context.is_too_large(there.table):
        raise NotCheckedError(
            f"{there.table.name}: over a million rows are read by a deep audit alone"
        )
    yield from _holes(context)
    yield from _backwards(context)


def _holes(context: AuditContext) -> Iterable[Finding]:
    answer = ask(context, _HOLES, _NEEDS, key="audit_logs")
    if answer.total:
        log = answer.table("audit_logs")
        yield RULE.finding(
            object=f"{log}.id",
            table=log,
            cause="holes",
            title=f"{counted(answer.total, 'hole')} in the numbers of the audit log",
            detail=(
                "Entries that were there are not there any more. The log does not prove what "
                "happened at that time."
            ),
            recommendation=(
                "Compare with a backup to see which entries are gone, and find out who writes the "
                "file past the triggers that keep this table append-only."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
            confidence="likely",
        )


def _backwards(context: AuditContext) -> Iterable[Finding]:
    answer = ask(context, _BACKWARDS, _NEEDS, key="audit_logs")
    if answer.total:
        log = answer.table("audit_logs")
        yield RULE.finding(
            object=f"{log}.created_at",
            table=log,
            cause="runs backwards",
            title=(
                f"{counted(answer.total, 'audit entry')} more than five seconds older than the one "
                "before"
            ),
            detail=(
                "The entries do not follow each other in time: some were dated later than they "
                "were written, or the clock of the computer was moved."
            ),
            recommendation=(
                "Look whether the clock was corrected at that time. If not, find out which program "
                "writes entries with a date of its own."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
        )


RULE = Rule(
    id="AUD-01",
    title="Audit log not monotonic or with holes",
    category="logs",
    severity="error",
    profile="standard",
    needs=Needs(),
    check=check,
)
