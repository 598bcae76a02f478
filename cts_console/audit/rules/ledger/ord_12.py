"""Orders that were sent and have no id of the exchange.

What it finds: an order that reached the exchange and whose `exchange_order_id` is missing or empty:
it is open or filled, or it was cancelled or expired after it had been sent or filled in part.

Why a trader cares: without the id nobody can ask the exchange about this order, cancel it, or
assign its trades. The usual cause is a crash between sending the order and storing the answer.

What to do: find the order at the exchange by its client id or by time, price and amount, and store
the id. If it is live and not wanted, cancel it there.

Tolerance and false positives: orders of the last minute are left alone, and so are pending and
rejected ones and those that were taken back before they were sent. Simulated orders have made-up
ids or none: test networks and connections or exchanges called "paper" are not judged. Earlier
hummingbot versions stored no such id: there, orders count from the first one that has it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted

_SQL: Final = """
    SELECT o.id, o.connection_id, o.status,
        datetime(o.created_at / 1000, 'unixepoch') AS created_at_utc
    FROM orders AS o
    LEFT JOIN exchange_connections AS c ON c.id = o.connection_id
    LEFT JOIN (
        SELECT connection_id, min(created_at) AS first_at FROM orders
        WHERE :learned_later AND exchange_order_id <> '' GROUP BY connection_id
    ) AS k ON k.connection_id = o.connection_id
    WHERE trim(coalesce(o.exchange_order_id, '')) = ''
        AND (o.status IN ('open', 'partially_filled', 'filled') OR (o.status IN
            ('cancelled', 'expired') AND (o.submitted_at IS NOT NULL OR o.filled > 0)))
        AND coalesce(o.created_at, 0) < :now - 60000
        AND coalesce(c.is_testnet, 0) = 0
        AND coalesce(c.name, '') NOT LIKE '%paper%'
        AND coalesce(o.connection_id, '') NOT LIKE '%paper%'
        AND (NOT :learned_later OR o.created_at >= k.first_at)
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such orders."""
    learned_later = context.kind == "hummingbot"
    answer = ask(
        context,
        _SQL,
        {"orders": "id status exchange_order_id created_at"},
        optional={
            "orders": "connection_id submitted_at filled",
            "exchange_connections": "id name is_testnet",
        },
        key="orders",
        bindings={"learned_later": int(learned_later)},
    )
    if answer.total:
        orders = answer.table("orders")
        yield RULE.finding(
            object=f"{orders}.exchange_order_id",
            table=orders,
            cause="sent without an exchange id",
            title=f"{counted(answer.total, 'order')} sent but without an id of the exchange",
            detail=(
                "The exchange knows these orders under an id that is not here. They cannot be "
                "asked about, cancelled or matched with trades; a live one works on unattended."
            ),
            recommendation=(
                "Find these orders at the exchange by client id, or by time, price and amount, and "
                "store their ids. Cancel live ones that are not wanted."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
            confidence="likely" if learned_later else "certain",
        )


RULE = Rule(
    id="ORD-12",
    title="Sent order without an exchange id",
    category="ledger",
    severity="error",
    profile="standard",
    needs=Needs(),
    check=check,
)
