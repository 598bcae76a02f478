"""Open positions of almost nothing.

What it finds: an open position smaller than the least amount, or than one step, of its pair.

Why a trader cares: it cannot be closed, because the exchange refuses the order. Meanwhile it takes
a slot, and many engines open nothing new in a pair that has an open position.

What to do: sell it together with the next purchase, use the exchange's conversion of dust, or mark
it closed. Never let a program do that on its own.

Tolerance and false positives: the least amount is the one that is stored with the pair; the
exchange may have changed it since. Where the pair is not known, only a position of exactly nothing
is reported and the others are not judged. How old the price is plays no part.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask_sorted, counted, raise_left_out

_SQL: Final = """
    SELECT id, trading_pair_id, side, quantity, least, opened_at,
        CASE WHEN least IS NULL AND abs(quantity) > 0 THEN 'unknown' ELSE 'found' END AS verdict
    FROM (
        SELECT p.id, p.trading_pair_id, p.side, p.quantity + 0.0 AS quantity, p.opened_at,
            max(coalesce(c.min_amount, c.amount_step) + 0.0,
                coalesce(c.amount_step, c.min_amount) + 0.0) AS least
        FROM positions AS p LEFT JOIN trading_pairs AS c ON c.id = p.trading_pair_id
        WHERE p.status = 'open'
    )
    WHERE abs(quantity) <= 0 OR abs(quantity) < least * (1 - 1e-9)
    OR (least IS NULL AND quantity IS NOT NULL)
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such positions."""
    answers = ask_sorted(
        context,
        _SQL,
        {"positions": "id trading_pair_id side status quantity"},
        optional={"positions": "opened_at", "trading_pairs": "id min_amount amount_step"},
        key="positions",
    )
    if "found" in answers:
        answer = answers["found"]
        yield RULE.finding(
            object=answer.place("positions", "quantity"),
            table=answer.table("positions"),
            cause="less than the least amount",
            title=f"{counted(answer.total, 'open position')} too small to be closed",
            detail=(
                "What is left of these positions is less than the exchange takes in an order. "
                "They cannot be closed, and keep their pair and their slot occupied."
            ),
            recommendation=(
                "Sell them with the next purchase or with the exchange's conversion of dust, and "
                "mark them closed by hand."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
        )
    raise_left_out(answers, {"unknown": "the least amount is not known"}, "open position")


RULE = Rule(
    id="POS-05",
    title="Open position of almost nothing",
    category="ledger",
    severity="warning",
    profile="standard",
    needs=Needs(),
    check=check,
)
