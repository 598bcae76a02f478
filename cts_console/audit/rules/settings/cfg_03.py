"""The cleanup has stopped to succeed.

What it finds: a table whose cleanup was logged before, and whose last successful run is more than
two days ago, which is twice the interval; or that has been tried for two days and never succeeded.

Why a trader cares: the job that keeps the file small is broken, and nobody notices until the disk
is full.

What to do: read `error_message` of the last runs in `data_cleanup_log`, end the cause, and run the
cleanup once by hand.

Tolerance and false positives: where no cleanup was ever logged there is nothing to ask: whether one
was due is CFG-02's question, which looks at the rows themselves. Where `retention.enabled` is
`false` none is expected. Runs that a person started count as a success, but a table that only a
person ever cleaned needs no schedule. VACUUM is no cleanup. An application that was closed for days
looks like this until it runs again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.retention import CLEANUP_INTERVAL_MS, read_retention_settings
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, Rule
from cts_console.audit.trading import ask, bound, counted

_SQL: Final = """
    SELECT table_name, max(CASE WHEN status = 'success' THEN finished_at END) AS last_success_at,
      max(started_at) AS last_begun_at, count(*) AS runs
    FROM data_cleanup_log
    WHERE coalesce(cleanup_type, '') <> 'vacuum'
    GROUP BY table_name
    HAVING sum(triggered_by IS NULL) > 0 AND min(started_at) < :now - :patience_ms
      AND coalesce(last_success_at, 0) < :now - :patience_ms
"""
_NEEDS: Final = {
    "data_cleanup_log": "table_name cleanup_type status started_at finished_at triggered_by"
}


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such tables."""
    if not ask(context, "SELECT 1 FROM data_cleanup_log LIMIT 1", _NEEDS).total:
        raise NotApplicableError("no cleanup was ever logged; CFG-02 tells whether one was due")
    if bound(context, "system_settings") and read_retention_settings(context).is_off:
        raise NotApplicableError("the cleanup is switched off (retention.enabled)")
    answer = ask(context, _SQL, _NEEDS, bindings={"patience_ms": 2 * CLEANUP_INTERVAL_MS})
    if answer.total:
        log = answer.table("data_cleanup_log")
        yield RULE.finding(
            object=f"{log}.finished_at",
            table=log,
            cause="no successful cleanup",
            title=f"{counted(answer.total, 'table')} without a successful cleanup for two days",
            detail=(
                "Their cleanup used to run, and now it fails or does not run at all. Old rows stay "
                "and the file grows."
            ),
            recommendation=(
                "Read error_message of the last runs, end the cause, and run the cleanup once by "
                "hand."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
        )


RULE = Rule(
    id="CFG-03",
    title="No successful cleanup for two intervals",
    category="settings",
    severity="warning",
    profile="quick",
    needs=Needs(),
    check=check,
)
