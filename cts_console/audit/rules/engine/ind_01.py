"""Signals that are active though their time is over.

What it finds: an indication with the status `active` whose `expires_at` is more than a minute past.

Why a trader cares: a program that asks for the status alone acts on a signal that is not valid any
more.

What to do: see whether the job that ends old signals runs. If no engine runs at present, there is
nothing to do.

Tolerance and false positives: one minute. In a file whose engine has stopped all signals grow old.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted

_SQL: Final = """
    SELECT id, status, expires_at, (:now - expires_at) / 60000.0 AS minutes_over
    FROM indications
    WHERE status = 'active' AND expires_at < :now - 60000
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such indications."""
    answer = ask(context, _SQL, {"indications": "id status expires_at"}, key="indications")
    if answer.total:
        indications = answer.table("indications")
        yield RULE.finding(
            object=f"{indications}.status",
            table=indications,
            cause="active past its expiry",
            title=f"{counted(answer.total, 'indication')} still active past the expiry",
            detail=(
                "The signal's time is over but its status says active. A program that looks at the "
                "status alone trades on it."
            ),
            recommendation="See whether the job that ends old signals runs.",
            evidence=answer.evidence,
            sql=answer.sql,
        )


RULE = Rule(
    id="IND-01",
    title="Active indication past its expiry",
    category="engine",
    severity="info",
    profile="standard",
    needs=Needs(),
    check=check,
)
