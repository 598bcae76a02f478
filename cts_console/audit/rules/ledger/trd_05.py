"""Trades that are dated before their order was made or long after it ended.

What it finds: a trade more than 5 seconds before its order was created, or more than 5 minutes
after it was closed.

Why a trader cares: whoever puts orders and trades into their order of time gets nonsense, and the
price of that moment is compared with the wrong candle. Often a clock or a time zone is wrong.

What to do: compare the times with the exchange. If all differ by whole hours, correct the time zone
of the program that writes; otherwise set the clock of its computer by NTP.

Tolerance and false positives: 5 seconds between the clocks of this computer and the exchange, 5
minutes for fills that arrive late. Programs that note when they wrote an order down instead of when
it was made (imported history) are reported although their trades are right.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, NotCheckedError, Rule
from cts_console.audit.trading import Answer, ask, counted

# Text as a time is larger than any number, and is GEN-05's.
_TRADES: Final = """
    FROM trades AS t
    JOIN orders AS o ON o.id = t.order_id
    WHERE typeof(t.executed_at) IN ('integer', 'real')
"""
_BEFORE: Final = f"""
    SELECT t.id, t.order_id, t.executed_at, o.created_at,
           (o.created_at - t.executed_at) / 1000.0 AS seconds_before
    {_TRADES} AND t.executed_at < o.created_at - 5000
"""
_AFTER: Final = f"""
    SELECT t.id, t.order_id, t.executed_at, o.closed_at,
           (t.executed_at - o.closed_at) / 1000.0 AS seconds_after
    {_TRADES} AND typeof(o.closed_at) IN ('integer', 'real')
          AND t.executed_at > o.closed_at + 300000
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for trades before their order, one for trades after its end."""
    before = _ask(context, _BEFORE)
    if before.total:
        yield _too_early(before)
    orders = before.bound["orders"]
    if "closed_at" not in orders.columns:
        raise NotCheckedError(
            f"{orders.table.name} does not say when an order ended: later trades are not looked for"
        )
    after = _ask(context, _AFTER)
    if after.total:
        yield _too_late(after)


def _ask(context: AuditContext, sql: str) -> Answer:
    needs = {"trades": "id order_id executed_at", "orders": "id created_at"}
    return ask(context, sql, needs, optional={"orders": "closed_at"}, key="trades")


def _too_early(answer: Answer) -> Finding:
    trades = answer.table("trades")
    return RULE.finding(
        object=f"{trades}.executed_at",
        table=trades,
        cause="before the order",
        title=f"{counted(answer.total, 'trade')} executed before the order existed",
        detail=(
            "The trade's time is more than 5 seconds before the time at which its order was made. "
            "One of the two clocks is wrong, the order's time is when it was written down, or the "
            "trade belongs to another order."
        ),
        recommendation=(
            "Compare both times with the exchange. The same distance everywhere means a wrong "
            "clock or time zone; single trades may hang on the wrong order."
        ),
        evidence=answer.evidence,
        sql=answer.sql,
        confidence="likely",
    )


def _too_late(answer: Answer) -> Finding:
    trades = answer.table("trades")
    return RULE.finding(
        object=f"{trades}.executed_at",
        table=trades,
        cause="after the order's end",
        title=f"{counted(answer.total, 'trade')} executed after the order had ended",
        detail=(
            "The trade's time is more than 5 minutes after its order was closed. Either the order "
            "was taken for closed too early, and the position was not watched any more, or the "
            "trade belongs to another order."
        ),
        recommendation=(
            "Compare these orders with the exchange's history, above all cancelled ones that were "
            "filled after all."
        ),
        evidence=answer.evidence,
        sql=answer.sql,
        confidence="likely",
    )


RULE = Rule(
    id="TRD-05",
    title="Trade outside the life of its order",
    category="ledger",
    severity="warning",
    profile="standard",
    needs=Needs(),
    check=check,
)
