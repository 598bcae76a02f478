"""Candles from the future.

What it finds: candles and ticks that open more than a minute after the present, and candles that
were received before they opened.

Why a trader cares: a backtest that sees them knows tomorrow's prices, and "the newest candle" is
one that has not been traded yet. The usual cause is a clock or a time zone that is off, and then
every time that this program writes is wrong.

What to do: compare the clock of the machine that records with the present, and look for local
times that were stored as UTC.

Tolerance and false positives: a candle that opens now is in the making: a minute is allowed, and
five seconds between the clock of the exchange and that of the recorder. Times that are no
milliseconds are left to GEN-05.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import Answer, ask, counted

_SELECT: Final = """
    SELECT m.id, coalesce(p.symbol, m.trading_pair_id) AS pair, m.timeframe, m.open_time,
           m.received_at
    FROM market_data AS m LEFT JOIN trading_pairs AS p ON p.id = m.trading_pair_id
"""
_AHEAD: Final = _SELECT + "WHERE m.open_time > :now + 60000 AND m.open_time < 100000000000000"
_EARLY: Final = _SELECT + (
    "WHERE m.received_at < m.open_time - 5000 AND m.received_at > 100000000000 "
    "AND m.open_time <= :now + 60000"
)


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for candles of the future and one for candles received too early."""
    ahead = _ask(context, _AHEAD)
    if ahead.total:
        table = ahead.table("market_data")
        yield RULE.finding(
            object=f"{table}.open_time",
            table=table,
            cause="after the present",
            title=f"{counted(ahead.total, 'row')} from the future",
            detail=(
                "They open after the present moment. A query for the newest price takes them, and "
                "so does an engine that starts from the last candle."
            ),
            recommendation=(
                "Compare the recorder's clock and time zone with UTC. Then remove these rows and "
                "load the candles again."
            ),
            evidence=ahead.evidence,
            sql=ahead.sql,
        )
    early = _ask(context, _EARLY)
    if early.total:
        table = early.table("market_data")
        yield RULE.finding(
            object=f"{table}.received_at",
            table=table,
            cause="received before it opened",
            title=f"{counted(early.total, 'candle')} received before it opened",
            detail=(
                "Their time of receipt is before their opening time, which cannot be: one of the "
                "two clocks, or one of the two columns, is wrong."
            ),
            recommendation="Compare the recorder's clock with UTC; see how both times are made.",
            evidence=early.evidence,
            sql=early.sql,
        )


def _ask(context: AuditContext, sql: str) -> Answer:
    return ask(
        context,
        sql,
        {"market_data": "id trading_pair_id open_time"},
        optional={"market_data": "timeframe received_at", "trading_pairs": "id symbol"},
        key="market_data",
        # An engine goes on writing after the audit's start: its candles are not of the future.
        bindings={"now": time.time_ns() // 1_000_000},
    )


RULE = Rule(
    id="MKT-08",
    title="Candles from the future",
    category="market_data",
    severity="error",
    profile="standard",
    needs=Needs(),
    check=check,
)
