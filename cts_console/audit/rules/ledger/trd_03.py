"""Trades that look like copies, in orders that have too many of them.

What it finds: trades of one order with the same price, amount and time, where all trades of the
order add up to more than was filled or ordered, by more than half of such a trade.

Why a trader cares: a program that starts again often reads its last fills once more. Each copy
makes the position larger on paper than it is on the exchange.

What to do: compare the order with the exchange's trade history. The row with the highest id is most
probably the copy; remove it with the program that owns the file, after a backup.

Tolerance and false positives: equal trades in one millisecond are normal on busy books and are not
reported while they add up to what the order says. Trades of the last minute are left alone, because
the order may not know of them yet. Orders whose filled and ordered amounts are both unknown cannot
be judged. An order whose amount was lowered after the fact can look overfilled.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted

# Text as a time is larger than any number: it is no reason to wait.
_SQL: Final = """
    SELECT g.id, g.last_id, g.order_id, g.price, g.amount, g.executed_at, g.times,
           o.amount AS ordered, o.filled, sum(t.amount) AS traded
    FROM (
        SELECT min(id) AS id, max(id) AS last_id, order_id, price, amount, executed_at,
               count(*) AS times
        FROM trades
        WHERE order_id IS NOT NULL
        GROUP BY order_id, price, amount, executed_at
        HAVING times > 1
    ) AS g
    JOIN orders AS o ON o.id = g.order_id
    JOIN trades AS t ON t.order_id = g.order_id
    WHERE typeof(g.executed_at) NOT IN ('integer', 'real') OR g.executed_at < :now - 60000
    GROUP BY g.id
    HAVING traded - min(coalesce(o.filled, o.amount), coalesce(o.amount, o.filled)) > g.amount / 2
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all groups of copies."""
    answer = ask(
        context,
        _SQL,
        {"trades": "id order_id price amount executed_at", "orders": "id amount"},
        optional={"orders": "filled"},
        key="trades",
    )
    if answer.total:
        trades = answer.table("trades")
        yield RULE.finding(
            object=f"{trades}.executed_at",
            table=trades,
            cause="copies in an order with too many trades",
            title=f"{counted(answer.total, 'trade')} probably recorded more than once",
            detail=(
                "Trades of one order are equal in price, amount and time, and the order's trades "
                "add up to more than was filled or ordered. A program that reads fills again "
                "after a restart leaves such copies; the position is too large on paper."
            ),
            recommendation=(
                "Compare each order with the exchange's trade history. last_id names the row that "
                "is most probably the copy."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
            confidence="likely",
        )


RULE = Rule(
    id="TRD-03",
    title="Trades that look recorded twice",
    category="ledger",
    severity="warning",
    profile="standard",
    needs=Needs(),
    check=check,
)
