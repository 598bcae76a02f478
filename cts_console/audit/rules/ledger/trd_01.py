"""Trades that belong to no order.

What it finds: a trade whose order is not in the file, where no foreign key watches over it (INT-02
reports the others), and a trade that names no order at all.

Why a trader cares: nobody can say any more why the coins moved. Sums over orders leave such trades
out, sums over trades count them, and the position is right in one of them alone.

What to do: bring the missing orders back from a backup or from the exchange's history. A trade that
was made by hand on the exchange gets an order of its own in the program that keeps the file.

Tolerance and false positives: none for an order that is missing. A trade without any order is a
warning: some programs delete old orders and keep their trades on purpose.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.references import is_guarded
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, Rule
from cts_console.audit.trading import Answer, ask, counted

_NEEDS: Final = {"trades": "id order_id trading_pair_id price amount", "orders": "id"}
_WITHOUT: Final = """
    SELECT t.id, t.order_id, t.trading_pair_id, t.price, t.amount
    FROM trades AS t
    WHERE t.order_id IS NULL
"""
_ORPHANS: Final = """
    SELECT t.id, t.order_id, t.trading_pair_id, t.price, t.amount
    FROM trades AS t
    LEFT JOIN orders AS o ON o.id = t.order_id
    WHERE o.id IS NULL AND t.order_id IS NOT NULL
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for trades without an order, one for trades whose order is missing."""
    without = ask(context, _WITHOUT, _NEEDS, key="trades")
    if without.total:
        yield _without_order(without)
    trades, orders = without.bound["trades"].table, without.bound["orders"].table
    if not is_guarded(trades, "order_id", orders):
        orphans = ask(context, _ORPHANS, _NEEDS, key="trades")
        if orphans.total:
            yield _orphaned(orphans)
    elif not without.total:
        raise NotApplicableError(
            f"a foreign key from {trades.name} to {orders.name} is declared: INT-02 answers it"
        )


def _without_order(answer: Answer) -> Finding:
    trades = answer.table("trades")
    return RULE.finding(
        object=f"{trades}.order_id",
        table=trades,
        cause="no order is named",
        title=f"{counted(answer.total, 'trade')} without any order",
        detail=(
            "These trades name no order: it was deleted, or there never was one. What they moved "
            "is in no sum over orders, and nothing says which strategy or bot caused them."
        ),
        recommendation=(
            "Look the trades up in the exchange's history and give them their orders again with "
            "the program that owns the file; a trade made by hand gets an order of its own."
        ),
        evidence=answer.evidence,
        sql=answer.sql,
        severity="warning",
    )


def _orphaned(answer: Answer) -> Finding:
    trades = answer.table("trades")
    return RULE.finding(
        object=f"{trades}.order_id",
        table=trades,
        cause="the order does not exist",
        title=f"{counted(answer.total, 'trade')} of orders that do not exist",
        detail=(
            "These trades name an order that the file does not have. Every query that joins the "
            "two leaves them out, so that positions and profit are wrong without an error."
        ),
        recommendation=(
            "Bring the orders back from a backup or from the exchange's history, and find the "
            "program that deletes orders or writes trades first."
        ),
        evidence=answer.evidence,
        sql=answer.sql,
    )


RULE = Rule(
    id="TRD-01",
    title="Trade without an order",
    category="ledger",
    severity="critical",
    profile="standard",
    needs=Needs(),
    check=check,
)
