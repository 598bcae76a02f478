"""Orders whose trades do not add up to what was filled.

What it finds: an order whose `filled` is not the sum of its trades' amounts, orders without any
trade included.

Why a trader cares: either an execution is missing here, or one was recorded twice. Positions,
profit and the size of the next order are computed from both numbers and contradict each other.

What to do: compare the order with the exchange's own trade history, bring in what is missing, and
find the doubles with TRD-02 and TRD-03.

Tolerance and false positives: half an amount step, or 1e-9 of the order where the pair is not
known. An order that changed in the last minute is left alone: its trades may be on their way.
Orders last changed before the first trade of their connection are left out, because their trades
were never recorded. Exchanges that take the fee out of the bought coin report what was
received: this rule compares gross amounts and reports such orders where only the net amount was
recorded.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted

_SQL: Final = """
    SELECT o.id, o.status, o.amount, o.filled, coalesce(sum(t.amount), 0) AS traded
    FROM orders AS o
    JOIN (SELECT connection_id, min(executed_at) AS first_at FROM trades GROUP BY 1) AS f
      ON f.connection_id = o.connection_id
    LEFT JOIN trades AS t ON t.order_id = o.id
    LEFT JOIN trading_pairs AS p ON p.id = o.trading_pair_id
    WHERE o.updated_at < :now - 60000 AND o.updated_at >= f.first_at - 5000
    GROUP BY o.id
    HAVING abs(o.filled - traded) > max(coalesce(p.amount_step, 0) / 2, 1e-9 * abs(o.amount))
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such orders."""
    answer = ask(
        context,
        _SQL,
        {
            "orders": "id connection_id trading_pair_id status amount filled updated_at",
            "trades": "order_id connection_id amount executed_at",
        },
        optional={"trading_pairs": "id amount_step"},
        key="orders",
    )
    if answer.total:
        orders = answer.table("orders")
        yield RULE.finding(
            object=f"{orders}.filled",
            table=orders,
            cause="filled is not the sum of the trades",
            title=f"{counted(answer.total, 'order')} not filled by the trades that are recorded",
            detail=(
                "What the order says was filled is not what its recorded trades add up to. Sums "
                "over orders and sums over trades contradict each other, and so do the positions "
                "made of them."
            ),
            recommendation=(
                "Compare these orders with the exchange's trade history. Missing trades are "
                "brought in; a trade that is here twice shows in TRD-02 or TRD-03."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
        )


RULE = Rule(
    id="ORD-01",
    title="Trades do not add up to what the order says was filled",
    category="ledger",
    severity="error",
    profile="standard",
    needs=Needs(),
    check=check,
)
