"""Live orders that have not changed for a day.

What it finds: a pending, open or partially filled order that was last changed more than 24 hours
ago.

Why a trader cares: either it rests at the exchange and binds money, or it ended long ago and the
message was lost. In the second case the engine waits for it, and what it counts as free, or as
open, is wrong.

What to do: fetch the order from the exchange. If it is gone there, store how it ended; if it rests
there and nobody wants it any more, cancel it.

Tolerance and false positives: an order that is meant to rest far from the market for days is in
order. The file does not say which ones are, hence "likely". Orders that have a closing time are a
matter of ORD-13.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted

_SQL: Final = """
    SELECT id, connection_id, status, datetime(changed_at / 1000, 'unixepoch') AS changed_at_utc,
        CAST((:now - changed_at) / 3600000 AS INTEGER) AS hours
    FROM (
        SELECT id, connection_id, status, closed_at, coalesce(updated_at, created_at) AS changed_at
        FROM orders
    )
    WHERE status IN ('pending', 'open', 'partially_filled') AND closed_at IS NULL
        AND changed_at < :now - 86400000
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such orders."""
    answer = ask(
        context,
        _SQL,
        {"orders": "id status updated_at"},
        optional={"orders": "connection_id closed_at created_at"},
        key="orders",
    )
    if answer.total:
        orders = answer.table("orders")
        yield RULE.finding(
            object=f"{orders}.updated_at",
            table=orders,
            cause="live without news",
            title=f"{counted(answer.total, 'live order')} without news for more than 24 hours",
            detail=(
                "These orders count as live, and nothing has been heard of them for a day. An "
                "order can rest that long on purpose; more often its end was never recorded."
            ),
            recommendation=(
                "Fetch these orders from the exchange: store the end of those that are gone, and "
                "cancel those that nobody wants any more."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
            confidence="likely",
        )


RULE = Rule(
    id="ORD-11",
    title="Live order without news for a day",
    category="ledger",
    severity="warning",
    profile="standard",
    needs=Needs(),
    check=check,
)
