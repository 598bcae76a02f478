"""Open positions whose price is at or past liquidation.

What it finds: an open position whose current price has reached its liquidation price.

Why a trader cares: the exchange closes it, or has done so. What this file says of it, and of the
money in the account, is then no longer true.

What to do: look at the exchange now. If the position is gone, record its end; if it is there, add
margin or reduce it.

Tolerance and false positives: where the position was last changed more than five minutes ago the
price may be old. A cross-margin account that holds both sides of a pair reports liquidation prices
that mean nothing. Both are "likely".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import Answer, ask_sorted, counted
from cts_console.audit.trading.terms import SIGN, STALE

_SQL: Final = f"""
    SELECT p.id, p.side, p.current_price, p.liquidation_price, p.leverage, p.updated_at,
        CASE WHEN h.sides > 1 AND coalesce(k.margin_type, 'cross') = 'cross' THEN 'hedged'
            WHEN {STALE} THEN 'stale' ELSE 'fresh' END AS verdict
    FROM positions AS p
    LEFT JOIN exchange_connections AS k ON k.id = p.connection_id
    LEFT JOIN (
        SELECT connection_id, trading_pair_id, count(DISTINCT side) AS sides
        FROM positions WHERE status = 'open' GROUP BY 1, 2
    ) AS h ON h.connection_id = p.connection_id AND h.trading_pair_id = p.trading_pair_id
    WHERE p.status = 'open' AND p.liquidation_price > 0
    AND ({SIGN}) * (p.current_price - p.liquidation_price) <= 0
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for fresh prices, one for old ones, one for hedged accounts."""
    answers = ask_sorted(
        context,
        _SQL,
        {"positions": "id side status current_price liquidation_price"},
        optional={
            "positions": "connection_id trading_pair_id leverage updated_at",
            "exchange_connections": "id margin_type",
        },
        key="positions",
    )
    if "fresh" in answers:
        yield _finding(answers["fresh"], "at or past liquidation", "")
    if "stale" in answers:
        doubt = "The price is more than five minutes old and may have come back."
        yield _finding(answers["stale"], "at or past liquidation by an old price", doubt)
    if "hedged" in answers:
        doubt = "The account is cross-margined and holds both sides: the level may mean nothing."
        yield _finding(answers["hedged"], "past the liquidation price of one hedged side", doubt)


def _finding(answer: Answer, where: str, doubt: str) -> Finding:
    return RULE.finding(
        object=answer.place("positions", "liquidation_price"),
        table=answer.table("positions"),
        cause=where,
        title=f"{counted(answer.total, 'open position')} {where}",
        detail=(
            "The current price of these positions has reached their liquidation price. The "
            f"exchange closes them, or has done so already. {doubt}".rstrip()
        ),
        recommendation=(
            "Look at the exchange now. Record the end of what is gone; add margin to what is "
            "still there, or reduce it."
        ),
        evidence=answer.evidence,
        sql=answer.sql,
        confidence="likely" if doubt else "certain",
    )


RULE = Rule(
    id="POS-10",
    title="Price at or past liquidation",
    category="ledger",
    severity="critical",
    profile="standard",
    needs=Needs(),
    check=check,
)
