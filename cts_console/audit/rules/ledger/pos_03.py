"""Closed positions whose realised profit is not what their trades made.

What it finds: a closed position whose `realized_pnl` is not sales less purchases, times the
contract size, less fees and funding.

Why a trader cares: profit per strategy, daily loss limits and taxes are sums of this number.

What to do: recompute the position from its trades, then look for what differs: a fee or a funding
payment counted twice, a trade that came later, the sign of a short.

Tolerance and false positives: 0.01 of the quote currency and 1e-4 of the result. Whether the profit
is kept before or after fees, and before or after funding, is a convention: the one that fewest
closed positions of the connection contradict is taken for its own. Not judged, and said so, are
contracts that are settled in the base currency, positions with fees in another currency than the
quote, positions whose pair is not known, and positions whose list of trades is not complete or
leaves a rest (POS-04). A position that was closed in the last minute is left alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, NotCheckedError, Rule
from cts_console.audit.trading import Answer, Pile, counted, prepare
from cts_console.audit.trading.moves import EXECUTION, EXTRAS, MOVES, POSITION, SUMS
from cts_console.audit.trading.terms import INVERSE

_SQL: Final = f"""
    SELECT id, connection_id, side, realized_pnl, (received - paid) * contract_size AS gross,
        fees_paid, funding_paid,
        CASE WHEN symbol IS NULL THEN 'the pair is not known'
            WHEN (received - paid) * contract_size IS NULL THEN 'a price or amount is infinite'
            WHEN inverse THEN 'settled in the base currency'
            WHEN foreign_fee THEN 'fees in another currency than the quote'
            WHEN incomplete THEN 'trades that are not recorded or not linked'
            WHEN abs(bought - sold) > max(amount_step / 2, 1e-9 * max(bought, sold))
                THEN 'the trades leave a rest'
        END AS left_out
    FROM (
        SELECT p.id, p.connection_id, p.side, p.closed_at, p.realized_pnl + 0.0 AS realized_pnl,
            coalesce(p.fees_paid + 0.0, 0) AS fees_paid,
            coalesce(p.funding_paid + 0.0, 0) AS funding_paid,
            c.symbol, c.amount_step, coalesce(c.contract_size, 1) AS contract_size,
            {INVERSE} AS inverse, {SUMS},
            total(CASE x.side WHEN 'sell' THEN x.price * x.amount END) AS received,
            total(CASE x.side WHEN 'buy' THEN x.price * x.amount END) AS paid,
            max(coalesce(x.fee, 0) <> 0 AND x.fee_currency IS NOT c.quote_currency) AS foreign_fee
        {MOVES} WHERE p.status IN ('closed', 'liquidated') GROUP BY p.id
    )
    WHERE coalesce(max(last_at, closed_at) < :now - 60000, 1) AND realized_pnl IS NOT NULL
"""
# Which of fees and funding the profit is free of; where nothing speaks for another, the first.
_CONVENTIONS: Final = {
    "after fees and funding": (1, 1),
    "before fees and funding": (0, 0),
    "after fees, before funding": (1, 0),
    "before fees, after funding": (0, 1),
}
_COLUMNS: Final = (
    "id",
    "connection_id",
    "side",
    "realized_pnl",
    "recomputed",
    "difference",
    "convention",
)


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such positions."""
    answer, left_out = _compare(context)
    if answer.total:
        yield RULE.finding(
            object=answer.place("positions", "realized_pnl"),
            table=answer.table("positions"),
            cause="not what the trades made",
            title=f"{counted(answer.total, 'closed position')} with another profit than the trades",
            detail=(
                "The realised profit that is kept is not what sales less purchases, fees and "
                "funding come to. Every sum over it is off: profit per strategy, daily loss "
                "limits, taxes."
            ),
            recommendation=(
                "Recompute these positions from their trades, and look for a fee or a funding "
                "payment that is counted twice or not at all."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
        )
    if left_out:
        raise NotCheckedError(
            "; ".join(
                f"{counted(number, 'closed position')} left out: {reason}"
                for reason, number in sorted(left_out.items())
            )
        )


def _compare(context: AuditContext) -> tuple[Answer, Counter[str]]:
    """Return the positions that do not fit, and how many were left out for which reason."""
    query = prepare(
        context,
        _SQL,
        {
            "positions": f"{POSITION} realized_pnl fees_paid",
            "executions": f"{EXECUTION} price",
        },
        optional={**EXTRAS, "positions": "connection_id closed_at funding_paid"},
        key="positions",
    )
    left_out: Counter[str] = Counter()
    misfits: defaultdict[Any, dict[str, Pile]] = defaultdict(
        lambda: {convention: Pile() for convention in _CONVENTIONS}
    )
    for _, row in query.stream():
        if row[-1] is None:
            _sort(row, misfits[row[1]])
        else:
            left_out[str(row[-1])] += 1
    found = Pile()
    for of_connection in misfits.values():
        fewest = min(of_connection.values(), key=lambda pile: pile.total)
        found.merge(fewest)
    return query.answer(_COLUMNS, found.rows, found.total), left_out


def _sort(row: tuple[Any, ...], misfits: dict[str, Pile]) -> None:
    """Put a position into the pile of each convention that it contradicts."""
    realized, gross, fees, funding = row[3:7]
    for convention, (with_fees, with_funding) in _CONVENTIONS.items():
        recomputed = gross - with_fees * fees - with_funding * funding
        difference = realized - recomputed
        if abs(difference) > 0.01 + 1e-4 * abs(recomputed):
            misfits[convention].add((*row[:4], recomputed, difference, convention))


RULE = Rule(
    id="POS-03",
    title="Realised profit is not what the trades made",
    category="ledger",
    severity="error",
    profile="standard",
    needs=Needs(),
    check=check,
)
