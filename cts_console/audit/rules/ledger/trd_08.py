"""Fees without a currency, or in one that the trade has nothing to do with.

What it finds: a fee that is not 0 and names no currency, or one that is neither the base nor the
quote currency of its pair, nor what the contract is settled in, nor a token in which an exchange
gives a discount.

Why a trader cares: an amount without a currency cannot be taken off the profit. A fee booked in the
wrong coin is wrong by the price of that coin.

What to do: look the trade up in the exchange's history and complete its currency with the program
that owns the file. If your venue takes fees in a token that this rule does not know, accept the
finding.

Tolerance and false positives: capital letters do not count. Tokens of exchanges that count as
known: BGB, BNB, CRO, GT, HT, KCS, LEO, MX, OKB. Where the file has no table of pairs, a currency
counts as known if the symbol contains it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, NotCheckedError, Rule
from cts_console.audit.trading import Answer, ask, counted

EXCHANGE_TOKENS: Final = ("BGB", "BNB", "CRO", "GT", "HT", "KCS", "LEO", "MX", "OKB")
"""What exchanges take fees in beside the currencies of the pair."""

_LISTED: Final = ", ".join(f"'{token}'" for token in EXCHANGE_TOKENS)
_MISSING: Final = """
    SELECT t.id, t.trading_pair_id, t.fee, t.fee_currency
    FROM trades AS t
    WHERE abs(t.fee) > 0 AND trim(coalesce(t.fee_currency, '')) = ''
"""
# A swap's symbol ends with what it is settled in: BTC/USD:BTC.
_FOREIGN: Final = f"""
    SELECT id, symbol, fee, fee_currency
    FROM (
        SELECT t.id, t.fee, t.fee_currency, upper(trim(t.fee_currency)) AS currency,
               upper(p.base_currency) AS base, upper(p.quote_currency) AS quote,
               coalesce(p.symbol, t.trading_pair_id) AS symbol
        FROM trades AS t
        LEFT JOIN trading_pairs AS p ON p.id = t.trading_pair_id
        WHERE abs(t.fee) > 0 AND trim(t.fee_currency) <> ''
    )
    WHERE currency NOT IN ({_LISTED})
      AND CASE WHEN base IS NOT NULL AND quote IS NOT NULL
               THEN currency NOT IN (base, quote) AND upper(symbol) NOT LIKE '%:' || currency
               ELSE typeof(symbol) = 'text' AND instr(upper(symbol), currency) = 0 END
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for fees without a currency, one for fees in a foreign currency."""
    missing = _ask(context, _MISSING)
    if missing.total:
        yield _without_currency(missing)
    foreign = _ask(context, _FOREIGN)
    if foreign.total:
        yield _in_another_currency(foreign)
    if "trading_pairs" not in foreign.bound and not foreign.bound["trades"].is_translated:
        raise NotCheckedError(
            "the file has no table of trading pairs: whether a currency belongs to its pair is not "
            "known"
        )


def _ask(context: AuditContext, sql: str) -> Answer:
    return ask(
        context,
        sql,
        {"trades": "id trading_pair_id fee fee_currency"},
        optional={"trading_pairs": "id symbol base_currency quote_currency"},
        key="trades",
    )


def _without_currency(answer: Answer) -> Finding:
    trades = answer.table("trades")
    return RULE.finding(
        object=f"{trades}.fee_currency",
        table=trades,
        cause="no currency",
        title=f"{counted(answer.total, 'fee')} without a currency",
        detail=(
            "A fee was paid, but not in what. It cannot be taken off the profit, and sums over "
            "fees leave it out or count it in the wrong coin."
        ),
        recommendation=(
            "Look these trades up in the exchange's history and complete the currency with the "
            "program that owns the file."
        ),
        evidence=answer.evidence,
        sql=answer.sql,
    )


def _in_another_currency(answer: Answer) -> Finding:
    trades = answer.table("trades")
    return RULE.finding(
        object=f"{trades}.fee_currency",
        table=trades,
        cause="a currency that is not the pair's",
        title=f"{counted(answer.total, 'fee')} in a currency that the pair does not have",
        detail=(
            "The fee is neither in a currency of its pair nor in a known token of an exchange. It "
            "may be spelt wrongly, or the trade hangs on the wrong pair."
        ),
        recommendation=(
            "Compare these trades with the exchange's history. Accept the finding where your "
            "venue does take fees in this token."
        ),
        evidence=answer.evidence,
        sql=answer.sql,
        confidence="likely",
    )


RULE = Rule(
    id="TRD-08",
    title="Fee without a known currency",
    category="ledger",
    severity="error",
    profile="standard",
    needs=Needs(),
    check=check,
)
