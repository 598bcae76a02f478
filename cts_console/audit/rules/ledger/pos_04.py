"""Closed positions whose trades leave something open.

What it finds: a closed position of which the trades bought more than they sold, or sold more than
they bought.

Why a trader cares: what is left is still in the account, without a stop and without anyone who
watches it, or a trade is missing and the profit of the position is wrong.

What to do: compare with the exchange. Close the rest by hand, or bring in the missing trade.

Tolerance and false positives: a rest up to the amount step or the least amount of the pair is
dust that cannot be sold; it counts before or after fees that were taken in the coin, whichever is
smaller. Where the pair is not known, the rest may be 1e-9 of the size, and less than one unit of
the last decimal of the size where fees were taken in the coin. A position that was closed or traded
in the last minute is left alone. One whose list of trades is not complete (the first came more than
a minute after it was opened, or an order of it has trades that are linked to nothing) is not
judged. Liquidated positions are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask_sorted, counted, raise_left_out
from cts_console.audit.trading.moves import EXECUTION, EXTRAS, INCOMPLETE, MOVES, POSITION, SUMS
from cts_console.audit.trading.terms import last_digit

_SQL: Final = f"""
    SELECT id, side, bought, sold, bought - sold AS rest, base_fee,
        CASE WHEN incomplete THEN 'incomplete' ELSE 'found' END AS verdict
    FROM (
        SELECT p.id, p.side, p.closed_at, p.quantity, c.amount_step, c.min_amount, {SUMS} {MOVES}
        WHERE p.status = 'closed' GROUP BY p.id
    )
    WHERE coalesce(max(last_at, closed_at) < :now - 60000, 1)
    AND min(abs(bought - sold), abs(bought - sold - base_fee)) > max(
        coalesce(amount_step + 0.0, CASE WHEN base_fee <> 0 THEN {last_digit("quantity")} END, 0),
        coalesce(min_amount + 0.0, 0), 1e-9 * max(bought, sold))
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such positions."""
    answers = ask_sorted(
        context,
        _SQL,
        {"positions": POSITION, "executions": EXECUTION},
        optional={**EXTRAS, "positions": "closed_at quantity"},
        key="positions",
    )
    if "found" in answers:
        answer = answers["found"]
        yield RULE.finding(
            object=answer.place("positions", "status"),
            table=answer.table("positions"),
            cause="closed but not flat",
            title=f"{counted(answer.total, 'closed position')} not flat by the trades",
            detail=(
                "These positions are closed here, but their trades leave a rest that is more than "
                "dust. Either it is still in the account, where nobody watches it, or a trade is "
                "missing and the profit of the position is wrong."
            ),
            recommendation=(
                "Look at the exchange whether the rest is there. Close it by hand, or bring in "
                "the trade that is missing here."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
        )
    raise_left_out(answers, {"incomplete": INCOMPLETE}, "closed position")


RULE = Rule(
    id="POS-04",
    title="Closed position that is not flat",
    category="ledger",
    severity="error",
    profile="standard",
    needs=Needs(),
    check=check,
)
