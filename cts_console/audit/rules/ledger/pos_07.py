"""Several open positions in one slot.

What it finds: two or more open positions of the same connection, pair and side.

Why a trader cares: the exchange keeps one. Stops, targets and closing orders of the two work
against each other, and the second close may open the other side.

What to do: compare with the exchange. If it is one position, join the two; if one of them is a
left-over, close it here.

Tolerance and false positives: a strategy that keeps several lots on purpose does have several
positions in one slot. Nothing in the file says whether that is meant, hence "likely". Positions
without a connection, pair or side are not compared.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted

_SQL: Final = """
    SELECT * FROM (
        SELECT id, connection_id, trading_pair_id, side, quantity, entry_price, opened_at,
            count(*) OVER (PARTITION BY connection_id, trading_pair_id, side) AS in_slot
        FROM positions
        WHERE status = 'open' AND connection_id IS NOT NULL AND trading_pair_id IS NOT NULL
        AND side IS NOT NULL
    )
    WHERE in_slot > 1
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such positions."""
    answer = ask(
        context,
        _SQL,
        {"positions": "id connection_id trading_pair_id side status"},
        optional={"positions": "quantity entry_price opened_at"},
        key="positions",
    )
    if answer.total:
        positions = answer.table("positions")
        yield RULE.finding(
            object=positions,
            table=positions,
            cause="several in one slot",
            title=f"{counted(answer.total, 'open position')} of the same connection, pair and side",
            detail=(
                "The exchange keeps one position per side of a pair, here there are several. "
                "Their stops and closing orders work against each other: when the first closes "
                "the whole, the second opens the other side."
            ),
            recommendation=(
                "Compare with the exchange. Join what is one position, and close here what is a "
                "left-over. If the strategy keeps several lots on purpose, accept this finding."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
            confidence="likely",
        )


RULE = Rule(
    id="POS-07",
    title="Several open positions in one slot",
    category="ledger",
    severity="critical",
    profile="standard",
    needs=Needs(),
    check=check,
)
