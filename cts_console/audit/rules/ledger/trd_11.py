"""Trades from the future, or recorded before they happened.

What it finds: a trade dated more than 5 minutes after the start of this audit, or recorded more
than 5 minutes before it was executed.

Why a trader cares: the clock of a computer or the time zone of a program is wrong. Results of a
day, funding and the order of trades are wrong with it, and exchanges refuse orders with such times.

What to do: compare one trade with the exchange. If all are off by the same whole hours, correct the
time zone of the program that writes; otherwise set the computer's clock by NTP.

Tolerance and false positives: 5 minutes. If the clock of this computer is behind, right trades look
as if they came from the future. Times in other units than milliseconds are GEN-05's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, NotCheckedError, Rule
from cts_console.audit.trading import Answer, ask, counted

# Larger numbers are micro- or nanoseconds, and text is larger than any number.
_IS_TIME: Final = "t.executed_at < 1e14"
_FUTURE: Final = f"""
    SELECT t.id, t.executed_at, (t.executed_at - :now) / 60000.0 AS minutes_ahead
    FROM trades AS t
    WHERE {_IS_TIME} AND t.executed_at > :now + 300000
"""
_BEFORE: Final = f"""
    SELECT t.id, t.executed_at, t.recorded_at,
           (t.executed_at - t.recorded_at) / 60000.0 AS minutes_before
    FROM trades AS t
    WHERE {_IS_TIME} AND t.executed_at <= :now + 300000 AND t.recorded_at < t.executed_at - 300000
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for trades of the future, one for trades recorded too early."""
    future = _ask(context, _FUTURE)
    if future.total:
        yield _from_the_future(future)
    trades = future.bound["trades"]
    if "recorded_at" not in trades.columns:
        raise NotCheckedError(f"{trades.table.name} does not say when a trade was recorded")
    before = _ask(context, _BEFORE)
    if before.total:
        yield _recorded_before(before)


def _ask(context: AuditContext, sql: str) -> Answer:
    needs = {"trades": "id executed_at"}
    return ask(context, sql, needs, optional={"trades": "recorded_at"}, key="trades")


def _from_the_future(answer: Answer) -> Finding:
    trades = answer.table("trades")
    return RULE.finding(
        object=f"{trades}.executed_at",
        table=trades,
        cause="in the future",
        title=f"{counted(answer.total, 'trade')} dated in the future",
        detail=(
            "These trades are dated more than 5 minutes after this audit began. The clock or the "
            "time zone of the program that wrote them is wrong, or the clock of this computer."
        ),
        recommendation=(
            "Compare the time with the exchange. Whole hours mean a time zone; anything else "
            "means a clock, which NTP sets right."
        ),
        evidence=answer.evidence,
        sql=answer.sql,
    )


def _recorded_before(answer: Answer) -> Finding:
    trades = answer.table("trades")
    return RULE.finding(
        object=f"{trades}.recorded_at",
        table=trades,
        cause="recorded before it was executed",
        title=f"{counted(answer.total, 'trade')} recorded before they happened"
        if answer.total > 1
        else "One trade recorded before it happened",
        detail=(
            "The program wrote these trades down more than 5 minutes before they were executed. "
            "The same distance everywhere means a wrong clock or time zone of its computer."
        ),
        recommendation=(
            "Look at minutes_before: whole hours mean a time zone, anything else means a clock, "
            "which NTP sets right."
        ),
        evidence=answer.evidence,
        sql=answer.sql,
    )


RULE = Rule(
    id="TRD-11",
    title="Trade in the future, or recorded too early",
    category="ledger",
    severity="error",
    profile="standard",
    needs=Needs(),
    check=check,
)
