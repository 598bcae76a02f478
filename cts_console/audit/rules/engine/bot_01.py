"""Bots that won and lost more trades than they made.

What it finds: a bot whose winning and losing trades together are more than all its trades, or that
counts fewer than none.

Why a trader cares: the win rate by which you choose between bots is computed from these numbers.

What to do: count again from the trades with the program that owns the file. Two processes that
count for one bot, or a counter set back without the others, leave such numbers.

Tolerance and false positives: trades that neither won nor lost are normal, so fewer is right.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted

_SQL: Final = """
    SELECT id, total_trades, winning_trades, losing_trades
    FROM bot_instances
    WHERE coalesce(winning_trades, 0) + coalesce(losing_trades, 0) > total_trades + 0
       OR min(coalesce(total_trades, 0), coalesce(winning_trades, 0), coalesce(losing_trades, 0))
          + 0 < 0
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such bots."""
    answer = ask(
        context,
        _SQL,
        {"bot_instances": "id total_trades winning_trades losing_trades"},
        key="bot_instances",
    )
    if answer.total:
        bots = answer.table("bot_instances")
        yield RULE.finding(
            object=f"{bots}.total_trades",
            table=bots,
            cause="the counters contradict each other",
            title=f"{counted(answer.total, 'bot')} with more wins and losses than trades",
            detail=(
                "The bot's counters cannot all be true, so that its win rate is not either. Often "
                "two processes count for one bot, or one counter was set back alone."
            ),
            recommendation="Count again from the trades with the program that owns the file.",
            evidence=answer.evidence,
            sql=answer.sql,
        )


RULE = Rule(
    id="BOT-01",
    title="Bot counters contradict each other",
    category="engine",
    severity="warning",
    profile="quick",
    needs=Needs(),
    check=check,
)
