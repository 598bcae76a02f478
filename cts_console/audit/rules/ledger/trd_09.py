"""Fees that are too high to be true.

What it finds: a fee in the quote currency above 1 % of the trade's cost, or on a spot pair a fee in
the base currency above 1 % of the amount.

Why a trader cares: exchanges take about a tenth of that. A fee that is ten or a thousand times too
high is an amount in another currency or a rate that was stored as an amount, and it eats the
profit on paper.

What to do: compare the trade with the exchange's statement, then correct the fee, or its currency,
with the program that owns the file.

Tolerance and false positives: trades of less than 1 unit of the quote currency are left out,
because least fees are rounded up. Where no cost was stored, price x amount x contract size stands
for it. Fees in the token of an exchange are not judged: their price is not in the file.
Liquidations can really cost more than 1 %.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, NotCheckedError, Rule
from cts_console.audit.trading import ask, counted

# Without a table of pairs a symbol says by its end what the quote currency is.
_SQL: Final = """
    SELECT id, fee, fee_currency, price, amount, cost,
           abs(fee) / CASE WHEN in_quote THEN cost ELSE amount END AS rate
    FROM (
        SELECT t.id, t.fee, t.fee_currency, t.price, t.amount,
               CASE WHEN t.cost + 0 > 0 THEN t.cost
                    ELSE t.price * t.amount * coalesce(p.contract_size, 1) END AS cost,
               upper(t.fee_currency) = upper(p.quote_currency) OR (
                   p.quote_currency IS NULL AND t.trading_pair_id LIKE '%' || t.fee_currency
               ) AS in_quote,
               upper(t.fee_currency) = upper(p.base_currency) AND p.market_type = 'spot' AS in_base
        FROM trades AS t
        LEFT JOIN trading_pairs AS p ON p.id = t.trading_pair_id
        WHERE abs(t.fee) > 0 AND t.fee_currency <> ''
    )
    WHERE cost >= 1 AND (in_quote OR in_base) AND rate > 0.01
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such fees."""
    answer = ask(
        context,
        _SQL,
        {"trades": "id trading_pair_id price amount fee fee_currency"},
        optional={
            "trades": "cost",
            "trading_pairs": "id base_currency quote_currency market_type contract_size",
        },
        key="trades",
    )
    if answer.total:
        trades = answer.table("trades")
        yield RULE.finding(
            object=f"{trades}.fee",
            table=trades,
            cause="more than 1 % of the trade",
            title=f"{counted(answer.total, 'trade')} with a fee above 1 %",
            detail=(
                "The fee is more than 1 % of what was traded. Probably the amount is in another "
                "currency than fee_currency says, or a rate or a price was stored in its place; "
                "the profit is wrong by as much."
            ),
            recommendation="Compare these fees with the exchange's statement.",
            evidence=answer.evidence,
            sql=answer.sql,
            confidence="likely",
        )
    if "trading_pairs" not in answer.bound and not answer.bound["trades"].is_translated:
        raise NotCheckedError(
            "the file has no table of trading pairs: which fees are in the quote currency is not "
            "known"
        )


RULE = Rule(
    id="TRD-09",
    title="Implausible fee rate",
    category="ledger",
    severity="warning",
    profile="standard",
    needs=Needs(),
    check=check,
)
