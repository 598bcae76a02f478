"""Orders that are full but still marked as live.

What it finds: an order with the status `pending`, `open` or `partially_filled` of which the whole
amount is recorded as filled. Where the file keeps no filled amount, as hummingbot does, the order's
trades are added up.

Why a trader cares: the engine goes on watching an order that is finished. It may try to cancel it,
hold back money for it, or not open the next one because this one is "still open".

What to do: fetch the order from the exchange and store its last status. If it happens again, the
message that ends an order is lost on the way: look at the connection's log.

Tolerance and false positives: half an amount step, or 1e-9 of the order where the pair is not
known. An order that changed in the last minute is left alone: the message that closes it may
still come.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask_about_filled, counted, filled_confidence

_WHERE: Final = """
    status IN ('pending', 'open', 'partially_filled')
    AND filled > 0 AND filled >= amount - slack
    AND coalesce(updated_at, 0) < :now - 60000
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such orders."""
    answer = ask_about_filled(context, _WHERE, "status updated_at")
    if answer.total:
        orders = answer.table("orders")
        yield RULE.finding(
            object=f"{orders}.status",
            table=orders,
            cause="full but live",
            title=f"{counted(answer.total, 'order')} completely filled but still marked as live",
            detail=(
                "The whole amount is filled, yet the status says that the order is still at work. "
                "An engine that counts live orders, or the money bound in them, counts too many."
            ),
            recommendation=(
                "Fetch these orders from the exchange and store the status that they have there."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
            confidence=filled_confidence(answer),
        )


RULE = Rule(
    id="ORD-05",
    title="Completely filled order still marked as live",
    category="ledger",
    severity="error",
    profile="standard",
    needs=Needs(),
    check=check,
)
