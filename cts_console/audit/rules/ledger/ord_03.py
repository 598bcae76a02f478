"""Orders that were filled beyond their amount.

What it finds: an order of which more is recorded as filled than was ordered. Where the file keeps
no filled amount, as hummingbot does, the order's trades are added up.

Why a trader cares: an exchange does not fill more than was ordered, so an execution has most likely
been counted twice. The position made of it is too large, and closing that position sells what is
not there.

What to do: compare the order's trades with the exchange's history, look for doubles with TRD-02 and
TRD-03, then correct the order and the position.

Tolerance and false positives: half an amount step, or 1e-9 of the order where the pair is not
known; hummingbot's numbers end at six decimals, and what was cut off each trade is allowed for. An
order that was made larger while it was open looks like this where the old amount was kept.
"""

from __future__ import annotations

from collections.abc import Iterable

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask_about_filled, counted, filled_confidence


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such orders."""
    answer = ask_about_filled(context, "filled > amount + slack + cut", "status")
    if answer.total:
        orders = answer.table("orders")
        yield RULE.finding(
            object=f"{orders}.filled",
            table=orders,
            cause="filled is more than the amount",
            title=f"{counted(answer.total, 'order')} filled beyond the amount",
            detail=(
                "More was filled than was ordered. Most often an execution was applied twice, and "
                "the position that follows from it is larger than the one at the exchange. An "
                "order that was made larger looks the same where its old amount was kept."
            ),
            recommendation=(
                "Compare the trades of these orders with the exchange's history. A trade that is "
                "here twice shows in TRD-02 or TRD-03. Correct the position before the engine "
                "closes it."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
            confidence=filled_confidence(answer),
        )


RULE = Rule(
    id="ORD-03",
    title="Order filled beyond its amount",
    category="ledger",
    severity="critical",
    profile="standard",
    needs=Needs(),
    check=check,
)
