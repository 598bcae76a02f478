"""Orders marked as partially filled of which nothing is filled.

What it finds: an order with the status `partially_filled` whose filled amount is zero. Where the
file keeps no filled amount, as hummingbot does, it is an order without any trade.

Why a trader cares: status and amount contradict each other. If the status is right, an execution
is missing and with it a part of a position that nobody manages.

What to do: fetch the order and its executions from the exchange and bring in what is missing.

Tolerance and false positives: none is needed, the filled amount is exactly zero or not there. The
other way round, `open` with something filled, is how many exchanges put it and is not reported.
"""

from __future__ import annotations

from collections.abc import Iterable

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask_about_filled, counted, filled_confidence


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such orders."""
    answer = ask_about_filled(
        context, "status = 'partially_filled' AND filled <= 0 AND summed = 0", "status"
    )
    if answer.total:
        orders = answer.table("orders")
        yield RULE.finding(
            object=f"{orders}.status",
            table=orders,
            cause="partially filled with nothing filled",
            title=f"{counted(answer.total, 'order')} partially filled by status, not by amount",
            detail=(
                "The status tells of an execution that the amounts do not know. Either the status "
                "is wrong, or an execution and the position that follows from it are missing."
            ),
            recommendation=(
                "Compare these orders with the exchange's trade history and bring in what is "
                "missing; otherwise correct the status."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
            confidence=filled_confidence(answer),
        )


RULE = Rule(
    id="ORD-06",
    title="Partially filled order with nothing filled",
    category="ledger",
    severity="warning",
    profile="standard",
    needs=Needs(),
    check=check,
)
