"""An engine that says it runs, and has given no sign of life.

What it finds: an engine whose row says `running` while its last heartbeat, or its start where it
never gave one, is older than `engine.heartbeat_timeout_s` (a minute where that is not set).

Why a trader cares: nobody watches the stops of its positions any more, and everything that trusts
the word `running` (a second engine, a dashboard, a person) leaves the connection alone.

What to do: look whether the engine's process lives. If it does not, close or protect its positions
at the exchange first, then start it again; it then writes its own state.

Tolerance and false positives: a computer that was asleep, or whose clock was moved, looks like this
until the engine's next turn. A backup that was made while engines ran shows their state of then.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.heartbeat import heartbeat_timeout_ms
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted

_SQL: Final = """
    SELECT id, connection_id, coalesce(last_realtime_run_at, started_at) AS heartbeat_at
    FROM trade_engine_state
    WHERE status = 'running'
      AND coalesce(last_realtime_run_at, started_at, 0) < :now - :heartbeat_ms
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such engines."""
    timeout_ms = heartbeat_timeout_ms(context)
    answer = ask(
        context,
        _SQL,
        {"trade_engine_state": "id connection_id status last_realtime_run_at started_at"},
        key="trade_engine_state",
        bindings={"heartbeat_ms": timeout_ms},
    )
    if answer.total:
        engines = answer.table("trade_engine_state")
        yield RULE.finding(
            object=f"{engines}.last_realtime_run_at",
            table=engines,
            cause="running without a heartbeat",
            title=(
                f"{counted(answer.total, 'engine')} marked as running without a heartbeat for more "
                f"than {timeout_ms // 1000:,} seconds"
            ),
            detail=(
                "The stored state says running, the heartbeat says nothing. Positions of these "
                "connections have no engine that watches their stops, and no other engine starts "
                "in its place."
            ),
            recommendation=(
                "Look whether the process lives. If not, protect the open positions at the "
                "exchange, then start the engine again."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
        )


RULE = Rule(
    id="ENG-01",
    title="Running engine without heartbeat",
    category="engine",
    severity="error",
    profile="quick",
    needs=Needs(),
    check=check,
)
