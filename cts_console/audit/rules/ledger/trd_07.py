"""Negative fees where nobody pays one back.

What it finds: a negative fee of a trade that took liquidity, and connections on which every fee is
negative although not all of their trades made liquidity.

Why a trader cares: a fee with the wrong sign counts as income. A strategy that loses its fees looks
like one that earns them.

What to do: compare one trade with the exchange's statement. Where the sign is wrong, correct the
program that reads the fees, then the stored fees and what was computed from them.

Tolerance and false positives: negative fees of makers are rebates and normal, also where a
connection has no others. The sign of a connection is judged from three fees on. Venues that pay
takers exist, but are rare.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, NotCheckedError, Rule
from cts_console.audit.trading import Answer, ask, counted

_REVERSED: Final = """
    SELECT min(id) AS id, connection_id, count(*) AS fees, sum(fee) AS total
    FROM trades
    WHERE abs(fee) > 0
    GROUP BY connection_id
    HAVING fees >= 3 AND max(fee + 0) < 0 AND min(coalesce(is_maker, 0)) = 0
"""
_TAKERS: Final = f"""
    SELECT t.id, t.order_id, t.connection_id, t.fee, t.fee_currency
    FROM trades AS t
    LEFT JOIN ({_REVERSED}) AS r ON r.connection_id IS t.connection_id
    WHERE t.fee + 0 < 0 AND t.is_maker = 0 AND r.id IS NULL
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for connections with the sign reversed, one for single trades."""
    reversed_sign = _ask(context, _REVERSED)
    if reversed_sign.total:
        yield _only_negative(reversed_sign)
    trades = reversed_sign.bound["trades"]
    if "is_maker" not in trades.columns:
        raise NotCheckedError(
            f"{trades.table.name} does not say whether a trade was maker or taker: negative fees "
            "of single trades may be rebates"
        )
    takers = _ask(context, _TAKERS)
    if takers.total:
        yield _of_takers(takers)


def _ask(context: AuditContext, sql: str) -> Answer:
    return ask(
        context,
        sql,
        {"trades": "id order_id connection_id fee"},
        optional={"trades": "fee_currency is_maker"},
        key="trades",
    )


def _only_negative(answer: Answer) -> Finding:
    trades = answer.table("trades")
    return RULE.finding(
        object=f"{trades}.fee",
        table=trades,
        cause="only negative fees",
        title=f"{counted(answer.total, 'connection')} with negative fees only",
        detail=(
            "Every fee of these connections is negative, and not all of their trades are known to "
            "have made liquidity. Most probably the program that reads the fees turns their sign "
            "around: what was paid counts as income."
        ),
        recommendation=(
            "Compare one trade with the exchange's statement, correct the program that reads the "
            "fees, then the stored fees and the results computed from them."
        ),
        evidence=answer.evidence,
        sql=answer.sql,
        confidence="likely",
    )


def _of_takers(answer: Answer) -> Finding:
    trades = answer.table("trades")
    return RULE.finding(
        object=f"{trades}.fee",
        table=trades,
        cause="negative fee of a taker",
        title=f"{counted(answer.total, 'taker trade')} with a negative fee",
        detail=(
            "Rebates are paid to makers; these trades took liquidity. Their fee counts as income "
            "although it was most probably paid, or the trade was a maker's and is marked wrongly."
        ),
        recommendation="Compare these trades with the exchange's statement.",
        evidence=answer.evidence,
        sql=answer.sql,
        confidence="likely",
    )


RULE = Rule(
    id="TRD-07",
    title="Negative fee of a taker",
    category="ledger",
    severity="warning",
    profile="standard",
    needs=Needs(),
    check=check,
)
