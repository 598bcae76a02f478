"""Orders whose closing time disagrees with their status.

What it finds: an order that is filled, cancelled, rejected or expired and has no closing time; one
that is still live and has one; one that was closed before it was created.

Why a trader cares: some queries ask the status whether an order is over, others the closing time.
They answer differently for these orders, so that an order is live in one list and gone in another.

What to do: fetch the order from the exchange and store status and time together, in one statement.

Tolerance and false positives: the two clocks of host and exchange may be 5 seconds apart. A status
that is none of the known words is not judged. freqtrade has no closing time: its `ft_is_open` says
whether an order is over, the time of the last fill or change says when.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted


@dataclass(frozen=True, slots=True)
class _Cause:
    name: str
    """For the fingerprint."""
    where: str
    """Which orders."""
    title: str
    """What they are, after their number."""
    detail: str
    """What it means."""


_ENDED: Final = "status IN ('filled', 'cancelled', 'rejected', 'expired')"
_LIVE: Final = "status IN ('pending', 'open', 'partially_filled')"
_CAUSES: Final = (
    _Cause(
        "ended without a closing time",
        f"{_ENDED} AND closed_at IS NULL",
        "ended but without a closing time",
        "The status says that these orders are over, the missing closing time says that they are "
        "live. Whoever looks for live orders by the closing time finds them.",
    ),
    _Cause(
        "live with a closing time",
        f"{_LIVE} AND closed_at IS NOT NULL",
        "marked as live but with a closing time",
        "The status says that these orders are live, the closing time says that they are over. "
        "They may be at work at the exchange with nobody looking after them.",
    ),
    _Cause(
        "closed before it was created",
        "closed_at < created_at - 5000",
        "closed before the time of creation",
        "One of the two times is wrong. How long orders take, and which trades fall into an "
        "order's life, cannot be told from them.",
    ),
)
_SQL: Final = """
    SELECT id, status, datetime(created_at / 1000, 'unixepoch') AS created_at_utc,
        datetime(closed_at / 1000, 'unixepoch') AS closed_at_utc
    FROM orders WHERE
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per kind of contradiction."""
    for cause in _CAUSES:
        answer = ask(
            context,
            f"{_SQL} {cause.where}",
            {"orders": "id status closed_at"},
            optional={"orders": "created_at"},
            key="orders",
        )
        if answer.total:
            orders = answer.table("orders")
            yield RULE.finding(
                object=f"{orders}.closed_at",
                table=orders,
                cause=cause.name,
                title=f"{counted(answer.total, 'order')} {cause.title}",
                detail=cause.detail,
                recommendation=(
                    "Fetch these orders from the exchange and correct status and times together."
                ),
                evidence=answer.evidence,
                sql=answer.sql,
            )


RULE = Rule(
    id="ORD-13",
    title="Closing time disagrees with the status",
    category="ledger",
    severity="warning",
    profile="standard",
    needs=Needs(),
    check=check,
)
