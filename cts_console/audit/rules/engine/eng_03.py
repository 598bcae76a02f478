"""A connection that is switched on has no engine.

What it finds: a connection that is enabled and active while no engine is running, starting or
paused on it, and another engine of the same file is alive.

Why a trader cares: it looks switched on, so its owner believes that it trades. Signals on it are
not followed, and positions that are left there have nobody who watches their stops.

What to do: look at the engine's state and at the log for the reason, test the connection, then
start the engine; or switch the connection off.

Tolerance and false positives: while the application is closed no engine runs, which is as it should
be. So this is asked only while another engine of the file is at work: marked as running, starting
or paused, with a heartbeat in the last ten minutes. Engines that were stopped a moment ago are no
such sign: they say that the application was closed. Where every engine is dead, ENG-01 says so. A
connection that was changed in the last minute is left alone: its engine may be about to start.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted

_SQL: Final = """
    SELECT c.id, c.name, coalesce(s.status, 'none') AS engine
    FROM exchange_connections AS c
    LEFT JOIN trade_engine_state AS s ON s.connection_id = c.id
    WHERE c.is_enabled = 1 AND c.is_active = 1
      AND coalesce(s.status, 'stopped') NOT IN ('running', 'starting', 'paused')
      AND coalesce(c.updated_at, 0) NOT BETWEEN :now - 60000 AND :now + 60000
      AND EXISTS (
        SELECT 1 FROM trade_engine_state AS o
        WHERE o.status IN ('running', 'starting', 'paused')
          AND coalesce(o.last_realtime_run_at, o.started_at) >= :now - 600000
      )
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such connections."""
    answer = ask(
        context,
        _SQL,
        {
            "exchange_connections": "id name is_enabled is_active updated_at",
            "trade_engine_state": "connection_id status last_realtime_run_at started_at",
        },
        key="exchange_connections",
    )
    if answer.total:
        connections = answer.table("exchange_connections")
        yield RULE.finding(
            object=f"{connections}.is_enabled",
            table=connections,
            cause="switched on without an engine",
            title=f"{counted(answer.total, 'connection')} switched on without an engine",
            detail=(
                "Other engines of this file are at work, and none runs on these connections. What "
                "should be traded there is not, and open positions there are not watched."
            ),
            recommendation=(
                "Look for the reason in the engine's state and in the log, then start the engine "
                "or switch the connection off."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
        )


RULE = Rule(
    id="ENG-03",
    title="Enabled connection without engine",
    category="engine",
    severity="warning",
    profile="quick",
    needs=Needs(),
    check=check,
)
