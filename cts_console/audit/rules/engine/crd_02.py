"""A coordinator that says it is busy, and has given no sign of life.

What it finds: a connection whose coordination is `busy` while its last heartbeat is older than
`engine.heartbeat_timeout_s` (a minute where that is not set), or never came.

Why a trader cares: whatever it was doing is not being done, and because it is busy nobody else does
it. Signals and orders of this connection wait for a process that hangs or is gone.

What to do: see what `current_operation` says, look whether the process lives, and start it again;
it then writes its own state.

Tolerance and false positives: a computer that was asleep, or whose clock was moved, looks like this
until the next heartbeat. A backup that was made during an operation shows the state of then.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.heartbeat import heartbeat_timeout_ms
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted

_SQL: Final = """
    SELECT id, connection_id, last_heartbeat_at
    FROM connection_coordination
    WHERE status = 'busy' AND coalesce(last_heartbeat_at, 0) < :now - :heartbeat_ms
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such coordinators."""
    timeout_ms = heartbeat_timeout_ms(context)
    answer = ask(
        context,
        _SQL,
        {"connection_coordination": "id connection_id status last_heartbeat_at"},
        key="connection_coordination",
        bindings={"heartbeat_ms": timeout_ms},
    )
    if answer.total:
        coordination = answer.table("connection_coordination")
        yield RULE.finding(
            object=f"{coordination}.last_heartbeat_at",
            table=coordination,
            cause="busy without a heartbeat",
            title=(
                f"{counted(answer.total, 'coordinator')} busy without a heartbeat for more than "
                f"{timeout_ms // 1000:,} seconds"
            ),
            detail=(
                "The coordination of these connections is taken by an operation that gives no sign "
                "of life. What waits for it waits for nobody."
            ),
            recommendation=(
                "See which operation it was, look whether its process lives, and start it again."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
        )


RULE = Rule(
    id="CRD-02",
    title="Busy coordinator without heartbeat",
    category="engine",
    severity="error",
    profile="quick",
    needs=Needs(),
    check=check,
)
