"""Positions that the exchange keeps in another size.

What it finds: a connection and pair (in hedge mode: and side) for which the open positions here and
the exchange's own positions, both there, add up to different sizes.

Why a trader cares: the engine manages something else than what is in the account. A closing order
leaves a rest or opens the other side, and the risk is not the one that is shown.

What to do: stop opening orders for the pair, compare the last trades with the exchange, and bring
in what is missing. POS-01 shows whether our own size agrees with our own trades.

Tolerance and false positives: half an amount step, or 1e-9 of the size. Both sides must have been
brought up to date within the last minute; a difference that is older is not judged, nor is one of a
pair with an order that changed less than a minute before the exchange was asked, or later. In
one-way mode, and where the mode is not known, long and short net out. Spot accounts and spot pairs
are not judged: they have balances, not positions.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, Rule
from cts_console.audit.trading import ask_sorted, counted, raise_left_out
from cts_console.audit.trading.slots import CHANGED_ORDERS, NEEDS, OPTIONAL, OURS, THEIRS

_SQL: Final = f"""
    SELECT o.id, o.connection_id, o.trading_pair_id, o.slot, o.size AS ours, t.size AS exchange,
        CASE WHEN abs(o.size - t.size)
                <= max(coalesce(o.amount_step, 0) / 2, 1e-9 * abs(o.size)) THEN 'fits'
            WHEN o.updated_at >= :now - 60000 AND t.told_at >= :now - 60000
                AND coalesce(t.broken, 0) = 0 AND coalesce(w.changed_at < t.told_at - 60000, 1)
                THEN 'found'
            ELSE 'open question' END AS verdict
    FROM (
        SELECT min(id) AS id, connection_id, trading_pair_id, slot, total(signed) AS size,
            min(updated_at) AS updated_at, max(amount_step) AS amount_step
        FROM {OURS} GROUP BY connection_id, trading_pair_id, slot
    ) AS o
    JOIN (
        SELECT connection_id, trading_pair_id, slot, total(signed) AS size,
            min(told_at) AS told_at, max(sync_status IN ('stale', 'error')) AS broken
        FROM {THEIRS} GROUP BY connection_id, trading_pair_id, slot
    ) AS t USING (connection_id, trading_pair_id, slot)
    LEFT JOIN {CHANGED_ORDERS} AS w USING (connection_id, trading_pair_id)
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such slots."""
    answers = ask_sorted(context, _SQL, NEEDS, optional=OPTIONAL, key="positions")
    if not answers:
        raise NotApplicableError("no pair of derivatives has a position on both sides")
    if "found" in answers:
        answer = answers["found"]
        yield RULE.finding(
            object=answer.place("positions", "quantity"),
            table=answer.table("positions"),
            cause="the exchange keeps another size",
            title=f"{counted(answer.total, 'position')} of another size at the exchange",
            detail=(
                "What is open here and what the exchange keeps differ in size. The engine closes "
                "too little or too much, and the risk is not the one that is shown."
            ),
            recommendation=(
                "Compare the last trades of these pairs with the exchange and bring in what is "
                "missing, before the engine trades them again."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
        )
    reason = "the sizes differ, but not both are of the last minute, or an order just changed"
    raise_left_out(answers, {"open question": reason}, "position")


RULE = Rule(
    id="POS-12",
    title="Size here and at the exchange differ",
    category="ledger",
    severity="critical",
    profile="standard",
    needs=Needs(),
    check=check,
)
