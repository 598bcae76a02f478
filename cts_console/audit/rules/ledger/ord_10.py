"""Orders whose total fee is not the sum of their trades' fees.

What it finds: an order whose `fee_total` is not what the fees of its trades add up to.

Why a trader cares: profit after costs is computed from one of the two. With small margins per
trade, a fee counted twice or not at all turns a losing strategy into a winning one on paper.

What to do: take the fees from the exchange's trade history and compute the order's total again.

Tolerance and false positives: 1e-8 and 1e-6 of the total. Orders whose fees are in several
currencies, or in none that is named, cannot be added up and are left out; so are orders that
changed in the last minute. A rebate is a negative fee and counts as such.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted, number

_SQL: Final = f"""
    SELECT o.id, o.status, o.fee_total, t.fees AS fees_of_trades, t.currency
    FROM (
        SELECT order_id, sum(fee) AS fees, min(fee_currency) AS currency
        FROM (SELECT order_id, fee_currency, {number("fee")} AS fee FROM trades)
        GROUP BY order_id
        HAVING count(*) = count(fee) AND min(fee_currency) = max(fee_currency)
            AND sum(fee <> 0 AND fee_currency IS NULL) = 0
    ) AS t
    JOIN orders AS o ON o.id = t.order_id
    WHERE coalesce(o.updated_at, 0) < :now - 60000
        AND abs(o.fee_total - t.fees) > 1e-8 + 1e-6 * abs(o.fee_total)
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such orders."""
    answer = ask(
        context,
        _SQL,
        {
            "orders": "id status fee_total updated_at",
            "trades": "order_id fee fee_currency",
        },
        key="orders",
    )
    if answer.total:
        orders = answer.table("orders")
        yield RULE.finding(
            object=f"{orders}.fee_total",
            table=orders,
            cause="total fee is not that of the trades",
            title=f"{counted(answer.total, 'order')} with another total fee than the trades",
            detail=(
                "The fee that the order names is not what its trades were charged. Profit after "
                "costs depends on which of the two is read."
            ),
            recommendation=(
                "Take the fees from the exchange's trade history, and compute the totals of these "
                "orders again."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
        )


RULE = Rule(
    id="ORD-10",
    title="Total fee is not the sum of the trades' fees",
    category="ledger",
    severity="warning",
    profile="standard",
    needs=Needs(),
    check=check,
)
