"""Migrations that are not applied yet.

What it finds: SQL files shipped with this console that the database does not record as applied.

Why a trader cares: a table, index or guard that the engine and the console count on is missing.

What to do: `cts-console migrate DATABASE --preflight` tries them on a private copy, `migrate`
applies them, each whole or not at all, with a verified backup first.

Tolerance and false positives: only CTS databases are asked. A file that changed since it was
applied, or is missing, is another trouble (MIG-02, MIG-03).
"""

from __future__ import annotations

from collections.abc import Iterable

from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, Rule


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding where something is pending."""
    status = context.migrations()
    if status is None:
        raise NotApplicableError("not a CTS database")
    if not status.pending:
        return
    waiting = [item for item in status.items if item.state not in ("applied", "changed", "missing")]
    first = waiting[0].file if waiting else ""
    count = "One migration is" if status.pending == 1 else f"{status.pending:,} migrations are"
    yield RULE.finding(
        object="migrations",
        cause="pending",
        title=f"{count} pending",
        detail=(
            f"{status.applied:,} of {status.total:,} are applied; the next one is {first}. Tables, "
            "indexes or guards that programs of this version count on are missing."
        ),
        recommendation=(
            "Try them on a private copy with `cts-console migrate --preflight`, then apply them "
            "with `cts-console migrate`."
        ),
        evidence=Evidence.of(("file", "state"), [(item.file, item.state) for item in waiting]),
        sql="SELECT name, applied_at FROM migrations ORDER BY id",
    )


RULE = Rule(
    id="MIG-01",
    title="Migrations pending",
    category="migrations",
    severity="warning",
    profile="quick",
    needs=Needs(kinds=("cts",)),
    check=check,
)
