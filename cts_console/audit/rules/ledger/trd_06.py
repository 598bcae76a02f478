"""Trades whose cost is not price times amount.

What it finds: a trade whose `cost` is not price x amount x contract size.

Why a trader cares: profit, fee rates and the cash of a portfolio are added up from the cost. One
wrong factor, mostly a forgotten contract size, makes all of them wrong by the same factor.

What to do: find out what the program takes for the cost. If all trades of a pair are off by one
factor, the pair's contract size is wrong here or there.

Tolerance and false positives: one part in a million, or a cost that the exchange rounded to whole
cents. A cost of 0 was never filled in. For swaps and futures a coin-margined cost (amount x
contract size / price) is right as well. Trades whose pair is not known are not checked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted

_SQL: Final = """
    SELECT id, trading_pair_id, price, amount, contract_size, cost, expected,
           cost / expected AS factor
    FROM (
        SELECT t.id, t.trading_pair_id, t.price, t.amount, p.contract_size, t.cost,
               t.price * t.amount * p.contract_size AS expected,
               CASE WHEN coalesce(p.market_type, '') <> 'spot'
                    THEN t.amount * p.contract_size / t.price END AS in_coins
        FROM trades AS t
        JOIN trading_pairs AS p ON p.id = t.trading_pair_id
        WHERE t.cost + 0 > 0
    )
    WHERE abs(cost - expected) > 1e-8 + 1e-6 * cost
      AND NOT coalesce(abs(cost - in_coins) <= 1e-8 + 1e-6 * cost, 0)
      AND NOT (cost >= 1 AND abs(cost - round(cost, 2)) < 1e-9 AND abs(cost - expected) < 0.01)
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such trades."""
    answer = ask(
        context,
        _SQL,
        {
            "trades": "id trading_pair_id price amount cost",
            "trading_pairs": "id contract_size",
        },
        optional={"trading_pairs": "market_type"},
        key="trades",
    )
    if answer.total:
        trades = answer.table("trades")
        yield RULE.finding(
            object=f"{trades}.cost",
            table=trades,
            cause="cost is not price x amount x contract size",
            title=f"{counted(answer.total, 'trade')} whose cost is not price x amount",
            detail=(
                "The stored cost differs from what price, amount and contract size give. Every sum "
                "over costs, the cash of the portfolio and the profit included, carries the error."
            ),
            recommendation=(
                "Look at the factor: where it is the same for a whole pair, its contract size is "
                "wrong. Single trades are compared with the exchange's trade history."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
        )


RULE = Rule(
    id="TRD-06",
    title="Cost is not price x amount x contract size",
    category="ledger",
    severity="warning",
    profile="standard",
    needs=Needs(),
    check=check,
)
