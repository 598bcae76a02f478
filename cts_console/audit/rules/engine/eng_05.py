"""An engine that fails turn after turn.

What it finds: an engine with five or more errors in a row.

Why a trader cares: it is alive and does no work. Each turn ends before orders are sent or stops
are moved, while its heartbeat says that all is well.

What to do: read the engine's last messages in `trade_logs` and its `error_message`, end the cause
(a refused key, a limit of the exchange, a pair that is no longer listed) and start it again.

Tolerance and false positives: up to four errors in a row pass: exchanges fail for seconds. The
messages themselves are not shown here, because they may hold a secret.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted

_SQL: Final = """
    SELECT id, connection_id, status, consecutive_errors
    FROM trade_engine_state
    WHERE consecutive_errors >= 5
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such engines."""
    answer = ask(
        context,
        _SQL,
        {"trade_engine_state": "id connection_id status consecutive_errors"},
        key="trade_engine_state",
    )
    if answer.total:
        engines = answer.table("trade_engine_state")
        yield RULE.finding(
            object=f"{engines}.consecutive_errors",
            table=engines,
            cause="keeps failing",
            title=f"{counted(answer.total, 'engine')} with five or more errors in a row",
            detail=(
                "Every turn of the engine ends in an error, so that nothing is sent and no stop is "
                "moved, while the engine itself goes on."
            ),
            recommendation=(
                "Read the engine's last messages in trade_logs and its error_message, and end the "
                "cause before it is started again."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
        )


RULE = Rule(
    id="ENG-05",
    title="Engine keeps failing",
    category="engine",
    severity="warning",
    profile="quick",
    needs=Needs(),
    check=check,
)
