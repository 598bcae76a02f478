"""Positions whose entry price is not the average of their opening trades.

What it finds: a position whose `entry_price` is not the average price, weighted by amount, of the
trades that opened it.

Why a trader cares: stop, target, break-even and unrealised profit are all counted from the entry
price. A wrong one moves them all.

What to do: compare with the exchange's own average. Look for an opening trade that is missing, here
twice (TRD-02, TRD-03) or without its link (TRD-12).

Tolerance and false positives: one price tick, or 1e-6 of the price; where the pair is not known,
less than one unit of the last decimal with which the price is written. Where a part was closed and
more was bought afterwards, the trades are walked in the order of time: an exit leaves the average
unchanged, and a position that went flat starts anew. Books that take the oldest entry out first
(FIFO) come to another number; a price that fits either way, or the plain average of all entries,
is not reported. A position with a trade in the last minute is left alone; one whose list of trades
is not complete is not judged where it does not fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import (
    Answer,
    Pile,
    ask_sorted,
    counted,
    prepare,
    raise_left_out,
)
from cts_console.audit.trading.book import Step, entry_prices
from cts_console.audit.trading.moves import (
    EXECUTION,
    EXTRAS,
    INCOMPLETE,
    IS_ENTRY,
    MOVES,
    POSITION,
    SUMS,
)
from cts_console.audit.trading.terms import last_digit

# freqtrade averages over what was left after fees in the coin; elsewhere `base_fee` is not kept.
_WEIGHT: Final = "(x.amount - coalesce(x.base_fee, 0))"
_CANDIDATES: Final = f"""
    SELECT id, side, status, entry_price, paid / entered AS average, tolerance,
        CASE WHEN incomplete THEN 'incomplete' WHEN first_exit_at <= last_entry_at THEN 'mixed'
            ELSE 'found' END AS verdict
    FROM (
        SELECT *, max(coalesce(price_tick + 0.0, {last_digit("entry_price")}),
            1e-6 * abs(paid / entered)) AS tolerance
        FROM (
            SELECT p.id, p.side, p.status, p.entry_price, c.price_tick, {SUMS},
                total(CASE WHEN {IS_ENTRY} THEN {_WEIGHT} END) AS entered,
                total(CASE WHEN {IS_ENTRY} THEN {_WEIGHT} * x.price END) AS paid,
                max(CASE WHEN {IS_ENTRY} THEN x.executed_at END) AS last_entry_at,
                min(CASE WHEN NOT {IS_ENTRY} THEN x.executed_at END) AS first_exit_at
            {MOVES} GROUP BY p.id
        )
        WHERE entered > 0
    )
    WHERE coalesce(last_at < :now - 60000, 1) AND abs(entry_price - paid / entered) > tolerance
"""
_STEPS: Final = f"""
    SELECT p.id, p.side, p.status, p.entry_price + 0.0, p.average, p.tolerance,
        {IS_ENTRY}, x.price + 0.0, {_WEIGHT}
    FROM ({_CANDIDATES}) AS p JOIN executions AS x ON x.position_id = p.id
    WHERE p.verdict = 'mixed' AND x.price IS NOT NULL AND {_WEIGHT} > 0
    ORDER BY p.id, x.executed_at, x.id
"""
_COLUMNS: Final = ("id", "side", "status", "entry_price", "average", "tolerance")
_NEEDS: Final = {"positions": f"{POSITION} entry_price", "executions": f"{EXECUTION} price"}
_OPTIONAL: Final = {**EXTRAS, "executions": f"id {EXTRAS['executions']}"}


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for positions that were only closed after their last entry, one for others.

    For the others the price depends on the order of the trades.
    """
    answers = ask_sorted(context, _CANDIDATES, _NEEDS, optional=_OPTIONAL, key="positions")
    if "found" in answers:
        yield _finding(answers["found"], "not the average of the entries")
    if "mixed" in answers:
        walked = _walk(context)
        if walked.total:
            yield _finding(walked, "not the average cost after exits")
    raise_left_out(answers, {"incomplete": INCOMPLETE}, "position")


def _walk(context: AuditContext) -> Answer:
    """Return the positions whose price fits neither method, one trade after the other."""
    query = prepare(context, _STEPS, _NEEDS, optional=_OPTIONAL, key="positions")
    pile = Pile()
    rows: Iterator[tuple[Any, ...]] = (row for _, row in query.stream())
    for position, steps in groupby(rows, key=lambda row: row[:6]):
        entry, tolerance = position[3], position[5]
        prices = entry_prices(Step(bool(row[6]), row[7], row[8]) for row in steps)
        fits = [
            price is not None and abs(entry - price) <= tolerance
            for price in (prices.average_cost, prices.first_in_first_out)
        ]
        if not any(fits):
            pile.add((*position[:4], prices.average_cost, tolerance))
    return query.answer(_COLUMNS, pile.rows, pile.total)


def _finding(answer: Answer, cause: str) -> Finding:
    return RULE.finding(
        object=answer.place("positions", "entry_price"),
        table=answer.table("positions"),
        cause=cause,
        title=f"{counted(answer.total, 'position')} with an entry price that is {cause}",
        detail=(
            "The entry price that is kept is not what the recorded trades come to. Stop, target "
            "and unrealised profit are counted from it and are off by as much."
        ),
        recommendation=(
            "Compare with the average price that the exchange shows. Look for an opening trade "
            "that is missing here, recorded twice or not linked to the position."
        ),
        evidence=answer.evidence,
        sql=answer.sql,
    )


RULE = Rule(
    id="POS-02",
    title="Entry price is not the average of the opening trades",
    category="ledger",
    severity="error",
    profile="standard",
    needs=Needs(),
    check=check,
)
