"""Portfolios with more open positions than allowed.

What it finds: an active risk limit whose `max_open_positions` is less than the number of positions
that are open.

Why a trader cares: money is spread further than planned, and what is left for the next entry is
less than the engine thinks.

What to do: find out whether the engine reads the limit. Look for positions that are open here alone
(POS-13) and for left-overs (POS-05).

Tolerance and false positives: a limit that names a connection counts the positions of that
connection, another one those of the whole portfolio. The limit may have been lowered after the
positions were opened.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted
from cts_console.audit.trading.terms import OF_CONNECTION

_SQL: Final = f"""
    SELECT l.id, l.portfolio_id, l.connection_id, l.max_open_positions, count(*) AS open_positions
    FROM risk_limits AS l
    JOIN positions AS p ON p.portfolio_id = l.portfolio_id AND {OF_CONNECTION}
    WHERE l.is_active = 1 AND p.status = 'open'
    GROUP BY l.id
    HAVING open_positions > l.max_open_positions
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such limits."""
    answer = ask(
        context,
        _SQL,
        {
            "risk_limits": "id portfolio_id max_open_positions is_active",
            "positions": "portfolio_id status",
        },
        optional={"risk_limits": "connection_id", "positions": "connection_id"},
        key="risk_limits",
    )
    if answer.total:
        yield RULE.finding(
            object=answer.place("risk_limits", "max_open_positions"),
            table=answer.table("risk_limits"),
            cause="more positions than allowed",
            title=f"{counted(answer.total, 'risk limit')} with more open positions than allowed",
            detail=(
                "More positions are open than the limit allows. Either the engine does not keep "
                "to it, or it was lowered after they were opened."
            ),
            recommendation=(
                "Find out whether the engine reads the limit, and whether all of these positions "
                "are really open at the exchange."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
        )


RULE = Rule(
    id="PF-04",
    title="More open positions than allowed",
    category="ledger",
    severity="warning",
    profile="quick",
    needs=Needs(),
    check=check,
)
