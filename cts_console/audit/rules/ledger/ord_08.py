"""Orders whose average price is not the one of their trades.

What it finds: an order whose `average_price` is not the average of its trades' prices, weighted by
their amounts.

Why a trader cares: entry price, profit and stop distance are computed from the average. If it is
wrong, so are they, by the same factor and on the whole amount.

What to do: compute the average from the trades again. Where many orders differ, look whether the
engine stores the limit price, or the price of the last trade, in its place.

Tolerance and false positives: one price tick, or 1e-6 of the price, because exchanges round the
average. Only orders whose trades add up to what was filled are judged (the others are a matter of
ORD-01), and none that changed in the last minute. Coin-margined contracts are averaged the other
way round, over amount divided by price: outside the spot market that average is right as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import AMOUNT_SLACK, ask, counted, number

# A trade whose price or amount cannot be read leaves its order out.
_SQL: Final = f"""
    SELECT o.id, o.status, o.filled, o.average_price, t.average AS average_of_trades
    FROM (
        SELECT order_id, sum(amount) AS amount, sum(price * amount) / sum(amount) AS average,
            sum(amount) / sum(amount / price) AS inverse_average
        FROM (
            SELECT order_id, {number("price")} AS price, {number("amount")} AS amount FROM trades
        )
        GROUP BY order_id
        HAVING count(*) = count(price * amount) AND sum(amount) > 0
    ) AS t
    JOIN orders AS o ON o.id = t.order_id
    LEFT JOIN trading_pairs AS p ON p.id = o.trading_pair_id
    WHERE coalesce(o.updated_at, 0) < :now - 60000
        AND abs(o.filled - t.amount) <= {AMOUNT_SLACK}
        AND abs(o.average_price - t.average) > max(coalesce(p.price_tick, 0), 1e-6 * t.average)
        AND (p.market_type = 'spot' OR abs(o.average_price - t.inverse_average)
            > max(coalesce(p.price_tick, 0), 1e-6 * t.average))
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such orders."""
    answer = ask(
        context,
        _SQL,
        {
            "orders": "id trading_pair_id status amount filled average_price updated_at",
            "trades": "order_id price amount",
        },
        optional={"trading_pairs": "id market_type price_tick amount_step"},
        key="orders",
    )
    if answer.total:
        orders = answer.table("orders")
        yield RULE.finding(
            object=f"{orders}.average_price",
            table=orders,
            cause="average price is not that of the trades",
            title=f"{counted(answer.total, 'order')} with another average price than the trades",
            detail=(
                "The average price of the order is not the one that its recorded trades have, "
                "though their amounts add up. Entry prices and profits that start from it are off."
            ),
            recommendation=(
                "Compute the average of these orders from their trades again, and the entry price "
                "of the positions that they opened."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
        )


RULE = Rule(
    id="ORD-08",
    title="Average price is not that of the trades",
    category="ledger",
    severity="warning",
    profile="standard",
    needs=Needs(),
    check=check,
)
