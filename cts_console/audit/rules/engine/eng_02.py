"""An engine runs on a connection that was switched off.

What it finds: an engine that is `running` or `starting` while its connection is not enabled or not
active.

Why a trader cares: somebody switched the connection off and believes that it does not trade. The
engine was never told, and goes on sending orders.

What to do: stop this engine by hand, check at the exchange for orders that it placed since, then
find out why switching off does not stop it.

Tolerance and false positives: a connection that was changed in the last minute is left alone: its
engine may be stopping. A column that the file does not have is not judged; the other one is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, Rule
from cts_console.audit.trading import ask, bound, counted

_SQL: Final = """
    SELECT s.id, s.connection_id, c.name, s.status, c.is_enabled, c.is_active
    FROM trade_engine_state AS s
    JOIN exchange_connections AS c ON c.id = s.connection_id
    WHERE s.status IN ('running', 'starting')
      AND (c.is_enabled = 0 OR c.is_active = 0)
      AND coalesce(c.updated_at, 0) NOT BETWEEN :now - 60000 AND :now + 60000
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such engines."""
    if bound(context, "exchange_connections") is None:
        raise NotApplicableError("the file has no table of exchange connections")
    answer = ask(
        context,
        _SQL,
        {"trade_engine_state": "id connection_id status"},
        optional={"exchange_connections": "id name is_enabled is_active updated_at"},
        key="trade_engine_state",
    )
    if answer.total:
        engines = answer.table("trade_engine_state")
        yield RULE.finding(
            object=f"{engines}.status",
            table=engines,
            cause="runs on a connection that is off",
            title=f"{counted(answer.total, 'engine')} on connections that are switched off",
            detail=(
                "The connection is disabled or inactive and its engine is running or starting: "
                "orders may be sent from an account that was meant to rest."
            ),
            recommendation=(
                "Stop these engines by hand, look at the exchange for orders that they placed "
                "since, and find out why switching the connection off did not stop them."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
        )


RULE = Rule(
    id="ENG-02",
    title="Engine running on a disabled or inactive connection",
    category="engine",
    severity="critical",
    profile="quick",
    needs=Needs(),
    check=check,
)
