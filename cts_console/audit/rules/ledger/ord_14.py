"""Orders smaller than the exchange accepts.

What it finds: an order whose amount is below the least amount of its pair, or whose price times
amount is below the least cost.

Why a trader cares: the exchange refuses such an order. An engine that keeps sending them wastes its
request limit, and a remainder that is too small to sell stays in the account.

What to do: have the engine round up, or skip the order, by `min_amount` and `min_cost` of the pair.
Refresh the pair's limits if they are old.

Tolerance and false positives: 1e-9 of the limit. Limits change, so only orders that were created
after the pair's row was last updated are judged. The cost is judged where the order has a price,
with the contract size, and not for orders that only reduce a position, which exchanges let through.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import LIMITED_ORDERS, ask, check_limits_known, counted

_SQL: Final = f"""
    SELECT o.id, o.status, o.amount, o.price, p.min_amount, p.min_cost FROM {LIMITED_ORDERS} WHERE
"""
_COST: Final = """
    o.amount * o.price * coalesce(p.contract_size, 1) < p.min_cost * (1 - 1e-9)
    AND coalesce(o.reduce_only, 0) = 0
"""
_LIMITS: Final = (("amount", "o.amount < p.min_amount * (1 - 1e-9)"), ("cost", _COST))


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for the least amount and one for the least cost."""
    check_limits_known(context)
    for limit, where in _LIMITS:
        answer = ask(
            context,
            f"{_SQL} {where}",
            {
                "orders": "id trading_pair_id status amount price created_at",
                "trading_pairs": f"id min_{limit} updated_at",
            },
            optional={
                "orders": "reduce_only",
                "trading_pairs": "contract_size min_amount min_cost",
            },
            key="orders",
        )
        if answer.total:
            orders = answer.table("orders")
            yield RULE.finding(
                object=f"{orders}.amount",
                table=orders,
                cause=f"below the least {limit}",
                title=f"{counted(answer.total, 'order')} below the least {limit} of the pair",
                detail=(
                    f"The exchange takes no order of this pair below its least {limit}. Such an "
                    "order is refused, and what it was to buy or sell stays as it is."
                ),
                recommendation=(
                    "Have the engine check orders against the limits of the pair before it sends "
                    "them, and refresh the limits where they are old."
                ),
                evidence=answer.evidence,
                sql=answer.sql,
            )


RULE = Rule(
    id="ORD-14",
    title="Order below the exchange's minimum",
    category="ledger",
    severity="info",
    profile="standard",
    needs=Needs(),
    check=check,
)
