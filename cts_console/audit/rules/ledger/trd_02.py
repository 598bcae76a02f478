"""The same trade of the exchange is recorded more than once.

What it finds: trades of one connection and pair with the same exchange trade id. Within one order
that is an error; on several orders a warning.

Why a trader cares: a trade that is here twice doubles the amount, the cost and the fee. The
position shows coins that were never bought.

What to do: compare the trades with the exchange's history and remove the copy with the program that
owns the file, after a backup.

Tolerance and false positives: trades without an exchange id are not compared. A trade with oneself
has one id on both orders, and some venues use one id again, for the parts of a fill or on several
orders. Where the rows of an id differ in price or amount, believe the exchange, not this rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import Answer, ask, counted

# Without an order the side tells the two halves of a trade with oneself apart.
_REPEATED: Final = """
    SELECT min(t.id) AS id, max(t.id) AS last_id, t.connection_id, t.trading_pair_id,
           t.exchange_trade_id, count(*) AS times,
           count(DISTINCT coalesce(t.order_id, t.side, '')) AS orders
    FROM trades AS t
    WHERE t.exchange_trade_id <> ''
    GROUP BY t.connection_id, t.trading_pair_id, t.exchange_trade_id
"""
_WITHIN_AN_ORDER: Final = f"{_REPEATED} HAVING times > orders"
_ON_SEVERAL_ORDERS: Final = f"{_REPEATED} HAVING times > 1 AND times = orders"


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for ids repeated within an order, one for ids on several orders."""
    within = _ask(context, _WITHIN_AN_ORDER)
    if within.total:
        yield _within_an_order(within)
    across = _ask(context, _ON_SEVERAL_ORDERS)
    if across.total:
        yield _on_several_orders(across)


def _ask(context: AuditContext, sql: str) -> Answer:
    needs = {"trades": "id connection_id order_id trading_pair_id exchange_trade_id"}
    return ask(context, sql, needs, optional={"trades": "side"}, key="trades")


def _within_an_order(answer: Answer) -> Finding:
    trades = answer.table("trades")
    return RULE.finding(
        object=f"{trades}.exchange_trade_id",
        table=trades,
        cause="twice in one order",
        title=f"{counted(answer.total, 'exchange trade id')} recorded twice or more in one order",
        detail=(
            "One order holds several trades with the same id of the exchange. The amount and the "
            "fee count as often as the trade is here, and the position is wrong by as much."
        ),
        recommendation=(
            "Compare these orders with the exchange's trade history. Where it shows one trade, "
            "remove the copies with the program that owns the file, after a backup."
        ),
        evidence=answer.evidence,
        sql=answer.sql,
    )


def _on_several_orders(answer: Answer) -> Finding:
    trades = answer.table("trades")
    return RULE.finding(
        object=f"{trades}.exchange_trade_id",
        table=trades,
        cause="on several orders",
        title=f"{counted(answer.total, 'exchange trade id')} on several orders",
        detail=(
            "Trades of different orders have the same id of the exchange. A trade with oneself "
            "looks so, and some venues use an id again; otherwise one of them belongs to another "
            "order and is counted twice."
        ),
        recommendation=(
            "Compare the orders with the exchange's trade history; look first at those whose "
            "trades are on the same side."
        ),
        evidence=answer.evidence,
        sql=answer.sql,
        severity="warning",
        confidence="likely",
    )


RULE = Rule(
    id="TRD-02",
    title="Same exchange trade id twice",
    category="ledger",
    severity="error",
    profile="standard",
    needs=Needs(),
    check=check,
)
