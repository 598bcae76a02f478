"""Open positions with a stop or a target on the wrong side of the price.

What it finds: an open position whose stop is past the current price (above it for a long, below it
for a short), or whose target is.

Why a trader cares: such an order should have been executed already. Either the engine missed it and
the position runs without protection, or the level was written wrongly and will fire at once.

What to do: look whether stop and target stand at the exchange, and correct the level here.

Tolerance and false positives: levels are compared with the current price, not with the entry, since
a trailing stop passes the entry. Where the position was last changed more than five minutes ago the
price may be old and the finding is "likely". In files of other shapes a level that is ten times the
price, or a tenth of it, is taken for a percentage or a factor and not judged.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import Answer, ask_sorted, bound, counted, raise_left_out
from cts_console.audit.trading.terms import SIGN, STALE

_SQL: Final = f"""
    SELECT id, side, current_price, stop_loss, take_profit, updated_at,
        CASE WHEN stop_is_price * stop_past OR target_is_price * target_past
            THEN CASE WHEN stale THEN 'stale' ELSE 'fresh' END
            ELSE 'no price' END AS verdict
    FROM (
        SELECT p.id, p.side, p.current_price, p.stop_loss, p.take_profit, p.updated_at,
            {STALE} AS stale,
            coalesce(({SIGN}) * (p.stop_loss - p.current_price) > 0, 0) AS stop_past,
            coalesce(({SIGN}) * (p.current_price - p.take_profit) > 0, 0) AS target_past,
            coalesce(p.stop_loss BETWEEN p.current_price / :apart AND p.current_price * :apart, 0)
                AS stop_is_price,
            coalesce(p.take_profit BETWEEN p.current_price / :apart AND p.current_price * :apart, 0)
                AS target_is_price
        FROM positions AS p WHERE p.status = 'open'
    )
    WHERE stop_past OR target_past
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for fresh prices, one for prices that may be old."""
    there = bound(context, "positions")
    answers = ask_sorted(
        context,
        _SQL,
        {"positions": "id side status current_price"},
        optional={"positions": "stop_loss take_profit updated_at"},
        key="positions",
        # Our own columns hold prices. What others write there is not known.
        bindings={"apart": 10.0 if there is not None and there.is_translated else 1e15},
    )
    if "fresh" in answers:
        yield _finding(answers["fresh"], "on the wrong side of the price")
    if "stale" in answers:
        yield _finding(answers["stale"], "on the wrong side of a price that may be old")
    reason = "its stop or target may be a percentage or a factor"
    raise_left_out(answers, {"no price": reason}, "open position")


def _finding(answer: Answer, where: str) -> Finding:
    return RULE.finding(
        object=answer.place("positions", "stop_loss"),
        table=answer.table("positions"),
        cause=where,
        title=f"{counted(answer.total, 'open position')} with a stop or target {where}",
        detail=(
            "The price has passed the stop or the target of these positions, and they are still "
            "open. Either the engine missed the level and they run without protection, or the "
            "level is wrong and closes them at once."
        ),
        recommendation=(
            "Look whether the stop stands at the exchange. Correct the level, or close by hand."
        ),
        evidence=answer.evidence,
        sql=answer.sql,
        confidence="likely" if "old" in where else "certain",
    )


RULE = Rule(
    id="POS-08",
    title="Stop or target on the wrong side of the price",
    category="ledger",
    severity="warning",
    profile="standard",
    needs=Needs(),
    check=check,
)
