"""Rejected orders that were filled.

What it finds: an order with the status `rejected` that has a filled amount or trades.

Why a trader cares: a rejected order never reached the market, so nothing can have been filled. If
the trades are real, there is a position that the engine does not know, because it believes that
the order failed, and it may have sent the order again.

What to do: look the order up at the exchange. Where it was filled, correct its status, check the
position, and look for a second order that was sent in its place.

Tolerance and false positives: none is needed. Cancelled and expired orders may be filled in part
and are not looked at. In a hummingbot file the status stands for an order that failed, which is
also what hummingbot notes when it loses track of one: the finding is a warning there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask_about_filled, counted, filled_confidence, is_filled_kept

_WHERE: Final = "status = 'rejected' AND (filled > 0 OR id IN (SELECT order_id FROM trades))"


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such orders."""
    answer = ask_about_filled(context, _WHERE, "status")
    if answer.total:
        orders = answer.table("orders")
        yield RULE.finding(
            object=f"{orders}.status",
            table=orders,
            cause="rejected but filled",
            title=f"{counted(answer.total, 'rejected order')} with executions",
            detail=(
                "These orders are recorded as refused, and yet something of them was filled. The "
                "engine treats them as failed: the position is not managed, and the order may have "
                "been sent a second time."
            ),
            recommendation=(
                "Look these orders up at the exchange, correct their status, and compare the "
                "position there with the one here."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
            confidence=filled_confidence(answer),
            severity=None if is_filled_kept(answer) else "warning",
        )


RULE = Rule(
    id="ORD-07",
    title="Rejected order with executions",
    category="ledger",
    severity="error",
    profile="standard",
    needs=Needs(),
    check=check,
)
