"""Open positions with more leverage than allowed.

What it finds: an open position whose leverage is above the limit of its connection, or of an active
risk limit of its portfolio.

Why a trader cares: the liquidation price is nearer than the risk settings promise.

What to do: reduce the leverage at the exchange or close a part. If the limit was lowered on
purpose, wait until the position is closed.

Tolerance and false positives: the limits are those of today. They may have been lowered after the
position was opened. A risk limit that names a connection counts for that connection alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted
from cts_console.audit.trading.terms import OF_CONNECTION

_SQL: Final = f"""
    SELECT p.id, p.connection_id, p.portfolio_id, p.leverage,
        k.max_leverage AS limit_of_connection, min(l.max_leverage) AS limit_of_portfolio
    FROM positions AS p
    LEFT JOIN exchange_connections AS k ON k.id = p.connection_id
    LEFT JOIN risk_limits AS l
        ON l.portfolio_id = p.portfolio_id AND l.is_active = 1 AND {OF_CONNECTION}
    WHERE p.status = 'open'
    GROUP BY p.id
    HAVING p.leverage + 0.0 > 1.000000001 * min(
        coalesce(limit_of_connection, limit_of_portfolio) + 0.0,
        coalesce(limit_of_portfolio, limit_of_connection) + 0.0)
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such positions."""
    answer = ask(
        context,
        _SQL,
        {
            "positions": "id connection_id status leverage",
            "exchange_connections": "id max_leverage",
        },
        optional={
            "positions": "portfolio_id",
            "risk_limits": "portfolio_id connection_id max_leverage is_active",
        },
        key="positions",
    )
    if answer.total:
        yield RULE.finding(
            object=answer.place("positions", "leverage"),
            table=answer.table("positions"),
            cause="above the limit",
            title=f"{counted(answer.total, 'open position')} with more leverage than allowed",
            detail=(
                "The leverage of these positions is above the limit of today. Either it was set "
                "past the limit, or the limit was lowered after they were opened. They are "
                "liquidated earlier than the risk settings promise."
            ),
            recommendation=(
                "Reduce the leverage at the exchange or close a part, and find out whether the "
                "engine reads the limit at all."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
        )


RULE = Rule(
    id="POS-09",
    title="Leverage above the limit",
    category="ledger",
    severity="error",
    profile="standard",
    needs=Needs(),
    check=check,
)
