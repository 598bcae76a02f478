"""Limit orders that were executed worse than their limit.

What it finds: a limit order with a buy above its limit price or a sell below it. Where the file
keeps no trades, as freqtrade does, the order's average price is compared.

Why a trader cares: an exchange never does this. So the trade belongs to another order, the side or
the limit is recorded wrongly, or the order was changed and only its last price was kept. What a
trader computes as slippage against the limit is wrong in each of these cases.

What to do: look the order up at the exchange: its limit at the time, and its trades.

Tolerance and false positives: one price tick, or 1e-6 of the limit; 1e-4 where an average price is
compared, which exchanges compute from rounded money. Market and stop orders have no limit in this
sense and are not judged. An order whose price was amended keeps the last price alone, so a finding
is likely, not certain.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, NotCheckedError, Rule
from cts_console.audit.trading import ask, counted, number

# Hummingbot cuts both prices to its grain: they may lie one grain apart, and a float error.
_SQL: Final = f"""
    SELECT id, side, price, worst_price
    FROM (
        SELECT o.id, o.price, coalesce(o.side, t.side) AS side,
            CASE coalesce(o.side, t.side) WHEN 'buy' THEN coalesce(t.highest, o.average_price)
                WHEN 'sell' THEN coalesce(t.lowest, o.average_price) END AS worst_price,
            max(coalesce(p.price_tick, 0), 1.5 * :grain,
                CASE WHEN t.highest IS NULL THEN 1e-4 ELSE 1e-6 END * o.price) AS slack
        FROM orders AS o
        LEFT JOIN trading_pairs AS p ON p.id = o.trading_pair_id
        LEFT JOIN (
            SELECT order_id, min(side) AS side, max({number("price")}) AS highest,
                min({number("price")}) AS lowest
            FROM trades GROUP BY order_id
        ) AS t ON t.order_id = o.id
        WHERE o.order_type = 'limit' AND o.price > 0
    )
    WHERE (side = 'buy' AND worst_price > price + slack)
        OR (side = 'sell' AND worst_price < price - slack)
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such orders."""
    answer = ask(
        context,
        _SQL,
        {"orders": "id trading_pair_id order_type price"},
        optional={
            "orders": "side average_price",
            "trades": "order_id side price",
            "trading_pairs": "id price_tick",
        },
        key="orders",
    )
    orders = answer.table("orders")
    if "trades" not in answer.bound and "average_price" not in answer.bound["orders"].columns:
        raise NotCheckedError(f"{orders} has no average price, and the file has no trades")
    if answer.total:
        yield RULE.finding(
            object=f"{orders}.price",
            table=orders,
            cause="executed worse than the limit",
            title=f"{counted(answer.total, 'limit order')} executed worse than the limit",
            detail=(
                "A limit order cannot be executed beyond its limit. Either a trade is filed under "
                "the wrong order, or side or limit are wrong, or the limit was changed while the "
                "order was open and only the last one is kept."
            ),
            recommendation=(
                "Look these orders and their trades up at the exchange. Where orders are amended, "
                "keep every limit with its time."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
            confidence="likely",
        )


RULE = Rule(
    id="ORD-09",
    title="Limit order executed worse than its limit",
    category="ledger",
    severity="warning",
    profile="standard",
    needs=Needs(),
    check=check,
)
