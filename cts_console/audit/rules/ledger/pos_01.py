"""Open positions whose size is not what their trades make.

What it finds: an open position whose `quantity` is not the sum of the trades that are linked to it:
those that opened it less those that reduced it.

Why a trader cares: the engine closes what it believes to hold. A size that is too large is refused
by the exchange or opens the other side; one that is too small leaves a rest without a stop.

What to do: compare the position with the exchange, then look at its trades: one may be missing
(ORD-01), here twice (TRD-02, TRD-03), or linked to another position (TRD-12).

Tolerance and false positives: half an amount step, or 1e-9 of the size where the pair is not known;
where fees were taken from the coin and the step is not known, less than one unit of the last
decimal of the size. Fees in the base currency of a spot pair are taken off a long position; a short
one may count them or not. A position with a trade in the last minute is left alone. One whose first
linked trade came more than a minute after it was opened, or whose orders have trades that are
linked to nothing, is not judged where it does not fit: its list of trades is not complete. An open
position without any trade is reported by POS-15.
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
    SELECT id, side, quantity, net AS traded, quantity - net AS difference, base_fee,
        CASE WHEN incomplete THEN 'incomplete' ELSE 'found' END AS verdict
    FROM (
        SELECT *, CASE side
            WHEN 'long' THEN bought - sold - base_fee WHEN 'short' THEN sold - bought END AS net
        FROM (
            SELECT p.id, p.side, p.quantity, c.amount_step, {SUMS} {MOVES}
            WHERE p.status = 'open' GROUP BY p.id
        )
    )
    WHERE coalesce(last_at < :now - 60000, 1)
    AND abs(coalesce(quantity, 0) - net) > max(
        coalesce(amount_step / 2, CASE WHEN base_fee <> 0 THEN {last_digit("quantity")} END, 0),
        1e-9 * max(bought, sold)) + CASE side WHEN 'short' THEN abs(base_fee) ELSE 0 END
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such positions."""
    answers = ask_sorted(
        context,
        _SQL,
        {"positions": f"{POSITION} quantity", "executions": EXECUTION},
        optional=EXTRAS,
        key="positions",
    )
    if "found" in answers:
        answer = answers["found"]
        yield RULE.finding(
            object=answer.place("positions", "quantity"),
            table=answer.table("positions"),
            cause="size is not the sum of the trades",
            title=f"{counted(answer.total, 'open position')} of another size than the trades make",
            detail=(
                "The size that is kept for these positions is not what their trades add up to. "
                "The engine will close too much, which the exchange refuses or takes as a new "
                "position, or too little, which leaves a rest without a stop."
            ),
            recommendation=(
                "Compare these positions with the exchange before the next order. Then find the "
                "trade that is missing, here twice or linked to another position."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
        )
    raise_left_out(answers, {"incomplete": INCOMPLETE}, "open position")


RULE = Rule(
    id="POS-01",
    title="Size of an open position is not the sum of its trades",
    category="ledger",
    severity="critical",
    profile="standard",
    needs=Needs(),
    check=check,
)
