"""Immediate orders that rest, or all-or-nothing orders filled in part.

What it finds: an order with the time in force IOC (immediate or cancel) or FOK (fill or kill) that
is still live, and a FOK order of which a part is filled.

Why a trader cares: both kinds are over within milliseconds, and a FOK order is filled whole or not
at all. What is recorded otherwise did not happen that way: the end of the order was lost, or the
order went out with another time in force than the strategy wanted.

What to do: look the order up at the exchange, with its time in force, and store how it ended. If it
really rests there, the engine sends the wrong setting: have it corrected before it trades on.

Tolerance and false positives: orders of the last minute are left alone. A part means less than the
whole by more than half an amount step, or 1e-9 of the order where the pair is not known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask_about_filled, counted, filled_confidence


@dataclass(frozen=True, slots=True)
class _Cause:
    name: str
    """For the fingerprint."""
    column: str
    """Which column it is about."""
    where: str
    """Which orders."""
    kind: str
    """What is counted."""
    title: str
    """What they are, after their number."""
    detail: str
    """What it means."""


_OLD: Final = "coalesce(created_at, 0) < :now - 60000"
_CAUSES: Final = (
    _Cause(
        "immediate order still live",
        "status",
        f"time_in_force IN ('IOC', 'FOK') AND {_OLD}"
        " AND status IN ('pending', 'open', 'partially_filled')",
        "IOC or FOK order",
        "still marked as live",
        "Such an order ends at once, filled or not. One that is still live has lost its end, or "
        "was sent as something else and rests at the exchange.",
    ),
    _Cause(
        "all-or-nothing order filled in part",
        "filled",
        f"time_in_force = 'FOK' AND {_OLD} AND filled > 0 AND filled < amount - slack",
        "FOK order",
        "filled in part",
        "Such an order is filled whole or not at all. Either an execution is missing here, or the "
        "order was sent with another time in force.",
    ),
)


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per kind of contradiction."""
    for cause in _CAUSES:
        answer = ask_about_filled(context, cause.where, "status time_in_force created_at")
        if answer.total:
            orders = answer.table("orders")
            yield RULE.finding(
                object=f"{orders}.{cause.column}",
                table=orders,
                cause=cause.name,
                title=f"{counted(answer.total, cause.kind)} {cause.title}",
                detail=cause.detail,
                recommendation=(
                    "Look these orders up at the exchange, with the time in force they were sent "
                    "with, and store how they ended."
                ),
                evidence=answer.evidence,
                sql=answer.sql,
                confidence=filled_confidence(answer),
            )


RULE = Rule(
    id="ORD-16",
    title="Immediate order resting, or all-or-nothing order filled in part",
    category="ledger",
    severity="error",
    profile="standard",
    needs=Needs(),
    check=check,
)
