"""Orders marked as filled that are not full.

What it finds: an order with the status `filled` of which less than its amount is recorded as
filled. Where the file keeps no filled amount, as hummingbot does, the order's trades are added up.

Why a trader cares: the engine takes the order for finished. Either an execution is missing, and the
position is too small here, or the rest of the order is still at work at the exchange, unseen.

What to do: fetch the order from the exchange. If it is full there, bring in what is missing; if
not, correct the status.

Tolerance and false positives: half an amount step, or 1e-9 of the order where the pair is not
known; hummingbot's numbers end at six decimals, and what was cut off each trade is allowed for.
The `closed` of freqtrade and of old CTS files stands for filled and for cancelled in part: it is
read as filled only where the order is full. A market order placed by cost may keep an estimate as
its amount.
"""

from __future__ import annotations

from collections.abc import Iterable

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask_about_filled, counted, filled_confidence


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such orders."""
    answer = ask_about_filled(
        context, "status = 'filled' AND filled + cut < amount - slack", "status"
    )
    if answer.total:
        orders = answer.table("orders")
        yield RULE.finding(
            object=f"{orders}.status",
            table=orders,
            cause="filled but not full",
            title=f"{counted(answer.total, 'order')} marked as filled but not full",
            detail=(
                "The status says that nothing is left to do, the amounts say that something is. "
                "Either an execution was not recorded, or the rest of the order still rests at the "
                "exchange and nobody looks after it."
            ),
            recommendation=(
                "Look these orders up at the exchange. Bring in executions that are missing, or "
                "correct the status where the order is not full there either."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
            confidence=filled_confidence(answer),
        )


RULE = Rule(
    id="ORD-04",
    title="Order marked as filled but not full",
    category="ledger",
    severity="error",
    profile="standard",
    needs=Needs(),
    check=check,
)
