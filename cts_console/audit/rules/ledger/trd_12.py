"""Trades without a position although their order has one.

What it finds: a trade that names no position while its order names one.

Why a trader cares: what is computed from a position's trades, its size, its average price and its
result, leaves these trades out.

What to do: let the program that owns the file link them; most have a job that fills such gaps.

Tolerance and false positives: trades of the last minute are left alone. In a file whose links are
just being filled in, the number goes down by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted

# Text as a time is larger than any number: it is no reason to wait.
_SQL: Final = """
    SELECT t.id, t.order_id, o.position_id AS position_of_order, t.executed_at
    FROM trades AS t
    JOIN orders AS o ON o.id = t.order_id
    WHERE t.position_id IS NULL AND o.position_id IS NOT NULL
      AND (typeof(t.executed_at) NOT IN ('integer', 'real') OR t.executed_at < :now - 60000)
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such trades."""
    answer = ask(
        context,
        _SQL,
        {"trades": "id order_id position_id", "orders": "id position_id"},
        optional={"trades": "executed_at"},
        key="trades",
    )
    if answer.total:
        trades = answer.table("trades")
        yield RULE.finding(
            object=f"{trades}.position_id",
            table=trades,
            cause="the order has a position, the trade has none",
            title=f"{counted(answer.total, 'trade')} not linked to the position of the order",
            detail=(
                "The order belongs to a position, its trade to none. The position's size, average "
                "price and result, where they are computed from its trades, leave this one out."
            ),
            recommendation=(
                "Let the program that owns the file link the trades. If the number stays, its job "
                "for that does not run."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
        )


RULE = Rule(
    id="TRD-12",
    title="Trade not linked to the position of its order",
    category="ledger",
    severity="info",
    profile="standard",
    needs=Needs(),
    check=check,
)
