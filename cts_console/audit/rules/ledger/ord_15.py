"""Orders whose amount or price is off the pair's grid.

What it finds: an order whose amount is no multiple of the pair's amount step, or a limit or
stop-limit order whose price is no multiple of the price tick.

Why a trader cares: the exchange refuses such an order, or rounds it, and then the order here is not
the order there: amounts and prices differ in the last digits from that moment on.

What to do: have the engine round amounts down to the step and prices to the tick before it sends an
order. Refresh the pair's steps if they are old.

Tolerance and false positives: the quotient may be 1e-6 and 1e-9 of itself away from a whole number,
because binary numbers do not hold decimal ones exactly. Steps change, so only orders that were
created after the pair's row was last updated are judged. A market or stop order is not sent with a
price, so none of them is judged by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import LIMITED_ORDERS, ask, check_limits_known, counted

# The same for amount and price: {value} is the order's, {step} the pair's.
_SQL: Final = """
    SELECT id, status, {value}, {step}
    FROM (
        SELECT o.id, o.status, o.order_type, o.{value}, p.{step}, o.{value} / p.{step} AS steps
        FROM {orders} WHERE p.{step} > 0
    )
    WHERE abs(steps - round(steps)) > 1e-6 + 1e-9 * abs(steps) AND {where}
"""
_GRIDS: Final = (
    ("amount", "amount_step", "1"),
    ("price", "price_tick", "order_type IN ('limit', 'stop_limit')"),
)


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for amounts and one for prices."""
    check_limits_known(context)
    for value, step, where in _GRIDS:
        answer = ask(
            context,
            _SQL.format(value=value, step=step, where=where, orders=LIMITED_ORDERS),
            {
                "orders": f"id trading_pair_id status order_type created_at {value}",
                "trading_pairs": f"id {step} updated_at",
            },
            key="orders",
        )
        if answer.total:
            orders = answer.table("orders")
            yield RULE.finding(
                object=f"{orders}.{value}",
                table=orders,
                cause=f"{value} off the grid",
                title=f"{counted(answer.total, 'order')} with the {value} off the pair's grid",
                detail=(
                    f"The {value} is no multiple of the pair's {step}. The exchange refuses such "
                    "an order or rounds it, and then it is another one there than here."
                ),
                recommendation=(
                    f"Have the engine round the {value} to {step} before it sends an order, and "
                    "refresh the pair where its steps are old."
                ),
                evidence=answer.evidence,
                sql=answer.sql,
            )


RULE = Rule(
    id="ORD-15",
    title="Amount or price off the pair's grid",
    category="ledger",
    severity="info",
    profile="standard",
    needs=Needs(),
    check=check,
)
