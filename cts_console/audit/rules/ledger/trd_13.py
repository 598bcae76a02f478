"""Funding payments that were stored as trades.

What it finds: a trade of a swap or future without a fee, of the size of its whole position, in the
first minute after 00:00, 08:00 or 16:00 UTC, when funding is paid, and neither when the position
was opened nor when it was closed.

Why a trader cares: such a row doubles the position on paper, or closes it, though nothing was
bought or sold.

What to do: look the trade up in the exchange's history. If it is a funding payment, move it to the
position's funding with the program that owns the file. Nothing is corrected automatically.

Tolerance and false positives: a guess by its nature. Spot pairs have no funding and are left out.
A fee-free trade that happens to double or close the position in that minute looks the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted

_SQL: Final = """
    SELECT t.id, t.position_id, t.trading_pair_id, t.executed_at, t.price, t.amount, p.quantity
    FROM trades AS t
    JOIN positions AS p ON p.id = t.position_id
    JOIN trading_pairs AS tp ON tp.id = t.trading_pair_id
    WHERE tp.market_type <> 'spot' AND abs(coalesce(t.fee, 0)) = 0 AND t.amount + 0 > 0
      AND abs(t.amount - p.quantity) <= max(coalesce(tp.amount_step, 0) / 2, 1e-9 * t.amount)
      AND typeof(t.executed_at) = 'integer' AND t.executed_at % 28800000 < 60000
      AND coalesce(abs(t.executed_at - p.opened_at) > 60000, 1)
      AND coalesce(abs(t.executed_at - p.closed_at) > 60000, 1)
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such trades."""
    answer = ask(
        context,
        _SQL,
        {
            "trades": "id trading_pair_id position_id price amount fee executed_at",
            "positions": "id quantity",
            "trading_pairs": "id market_type",
        },
        optional={"positions": "opened_at closed_at", "trading_pairs": "amount_step"},
        key="trades",
    )
    if answer.total:
        trades = answer.table("trades")
        yield RULE.finding(
            object=f"{trades}.amount",
            table=trades,
            cause="looks like funding",
            title=f"{counted(answer.total, 'trade')} that may be a funding payment",
            detail=(
                "No fee, the size of the whole position, the minute of the funding: an exchange's "
                "funding row, read as a fill, looks so. It doubles or closes the position on paper "
                "though nothing was traded."
            ),
            recommendation=(
                "Look these trades up in the exchange's history. Move what is funding to the "
                "position's funding with the program that owns the file."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
            confidence="likely",
        )


RULE = Rule(
    id="TRD-13",
    title="Funding stored as a trade",
    category="ledger",
    severity="warning",
    profile="standard",
    needs=Needs(),
    check=check,
)
