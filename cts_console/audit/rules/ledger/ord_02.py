"""Orders whose filled and remaining parts do not make up the whole.

What it finds: a pending, open, partially filled or filled order whose `filled` plus `remaining` is
not its `amount`.

Why a trader cares: the engine reads `remaining` to decide what is still in the market. Too much,
and it waits for executions that cannot come; too little, and it sends another order on top.

What to do: fetch the order from the exchange again. Where many orders differ in the same way, look
for the code that changes one of the three numbers without the others.

Tolerance and false positives: half an amount step, or 1e-9 of the order where the pair is not
known. Cancelled, expired and rejected orders are left out, because some exchanges set what remains
of them to zero. So are filled market orders of which nothing remains: those that are placed by cost
have an amount that was an estimate.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask_about_filled, counted, filled_confidence

_WHERE: Final = """
    status IN ('pending', 'open', 'partially_filled', 'filled')
    AND abs(filled + remaining - amount) > slack
    AND NOT (status = 'filled' AND coalesce(order_type, '') = 'market' AND abs(remaining) <= slack)
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such orders."""
    answer = ask_about_filled(context, _WHERE, "status remaining", optional="order_type")
    if answer.total:
        orders = answer.table("orders")
        yield RULE.finding(
            object=f"{orders}.remaining",
            table=orders,
            cause="filled and remaining are not the amount",
            title=f"{counted(answer.total, 'order')} where filled plus remaining is not the amount",
            detail=(
                "What was filled and what remains do not add up to what was ordered. One of the "
                "three numbers is wrong, and whatever is computed from it is wrong with it."
            ),
            recommendation=(
                "Fetch these orders from the exchange again and compare all three numbers."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
            confidence=filled_confidence(answer),
        )


RULE = Rule(
    id="ORD-02",
    title="Filled and remaining do not make up the amount",
    category="ledger",
    severity="error",
    profile="standard",
    needs=Needs(),
    check=check,
)
