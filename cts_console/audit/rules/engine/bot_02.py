"""Bots that run without what they need.

What it finds: a running bot whose strategy is switched off or does not exist, or that has no
connection to an exchange.

Why a trader cares: such a bot trades by rules that you thought you had switched off, or it looks
alive and cannot trade at all.

What to do: stop the bot, or switch its strategy on and give it a connection.

Tolerance and false positives: none known.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, NotCheckedError, Rule
from cts_console.audit.trading import Answer, ask, counted

_WITHOUT_CONNECTION: Final = """
    SELECT b.id, b.status, b.connection_id
    FROM bot_instances AS b
    WHERE lower(b.status) = 'running' AND b.connection_id IS NULL
"""
_STRATEGY_OFF: Final = """
    SELECT b.id, b.status, b.strategy_id, s.is_active AS strategy_is_active
    FROM bot_instances AS b
    LEFT JOIN strategies AS s ON s.id = b.strategy_id
    WHERE lower(b.status) = 'running' AND (s.id IS NULL OR s.is_active = 0)
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for bots without a connection, one for bots without a live strategy."""
    unconnected = _ask(context, _WITHOUT_CONNECTION)
    if unconnected.total:
        yield _without_connection(unconnected)
    if "strategies" not in unconnected.bound:
        raise NotCheckedError("the file has no table of strategies")
    off = _ask(context, _STRATEGY_OFF)
    if off.total:
        yield _strategy_off(off)


def _ask(context: AuditContext, sql: str) -> Answer:
    return ask(
        context,
        sql,
        {"bot_instances": "id status strategy_id connection_id"},
        optional={"strategies": "id is_active"},
        key="bot_instances",
    )


def _without_connection(answer: Answer) -> Finding:
    bots = answer.table("bot_instances")
    return RULE.finding(
        object=f"{bots}.connection_id",
        table=bots,
        cause="no connection",
        title=f"{counted(answer.total, 'running bot')} without a connection",
        detail=(
            "The bot is marked as running but has no connection to an exchange, probably because "
            "the connection was deleted. It can neither open nor close anything."
        ),
        recommendation="Stop the bot or give it a connection, and look after its open positions.",
        evidence=answer.evidence,
        sql=answer.sql,
    )


def _strategy_off(answer: Answer) -> Finding:
    bots = answer.table("bot_instances")
    return RULE.finding(
        object=f"{bots}.strategy_id",
        table=bots,
        cause="the strategy is off or missing",
        title=f"{counted(answer.total, 'running bot')} whose strategy is switched off or missing",
        detail=(
            "The bot is marked as running, but its strategy is not active or does not exist. It "
            "trades by rules that somebody meant to switch off, or by none."
        ),
        recommendation="Stop the bot, or switch its strategy on if it shall trade.",
        evidence=answer.evidence,
        sql=answer.sql,
    )


RULE = Rule(
    id="BOT-02",
    title="Running bot without a live strategy or connection",
    category="engine",
    severity="error",
    profile="quick",
    needs=Needs(),
    check=check,
)
