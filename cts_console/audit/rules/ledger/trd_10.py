"""Trades at a price that the market did not have at that moment.

What it finds: a trade whose price is outside the candle of its moment by more than 0.2 %. For each
trade the shortest candle of up to one hour that is there is taken.

Why a trader cares: either the trade's price or time is wrong, or the candle is. In the first case
the profit is wrong, in the second every signal computed from the candle.

What to do: compare the trade and the candle with the exchange. Many findings in a row speak for a
wrong time zone or for candles of another market.

Tolerance and false positives: a trade without a candle is not reported. Candles that had been
received before the trade, trades of testnet connections (another market with other prices) and
trades of the last minute are left out. Candles of another exchange or of mark prices differ by more
than 0.2 % in fast markets.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, NotCheckedError, Rule
from cts_console.audit.trading import Answer, ask, counted

_STEPS_MS: Final = {
    "1s": 1_000,
    "1m": 60_000,
    "3m": 180_000,
    "5m": 300_000,
    "15m": 900_000,
    "30m": 1_800_000,
    "1h": 3_600_000,
}
"""Timeframes that are short enough to judge a price by, the shortest first."""
_ANY_TRADE: Final = "SELECT id FROM trades LIMIT 1"
_TIMEFRAMES: Final = "SELECT DISTINCT timeframe FROM market_data"


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such trades."""
    if not _ask(context, _ANY_TRADE).total:
        return
    there = {str(row[0]) for row in _ask(context, _TIMEFRAMES).rows}
    timeframes = [timeframe for timeframe in _STEPS_MS if timeframe in there]
    if not timeframes:
        raise NotCheckedError("there are no candles of up to one hour")
    judged = _judged(timeframes)
    answer = _ask(
        context, f"{judged} AND (t.price > m.high * 1.002 OR t.price < m.low * 0.998) GROUP BY t.id"
    )
    if answer.total:
        yield _finding(answer)
    elif not _ask(context, f"{judged} LIMIT 1").total:
        raise NotCheckedError("no trade has a candle of its moment")


def _judged(timeframes: Iterable[str]) -> str:
    """Return a query for the trades that a candle covers, each with its shortest candle."""
    names = {timeframe: f"c{number}" for number, timeframe in enumerate(timeframes)}
    joins = " ".join(
        f"LEFT JOIN market_data AS {name} ON {name}.trading_pair_id = t.trading_pair_id"
        f" AND {name}.timeframe = '{timeframe}'"
        f" AND {name}.open_time = t.executed_at - t.executed_at % {_STEPS_MS[timeframe]}"
        for timeframe, name in names.items()
    )
    # coalesce wants two arguments at least.
    shortest = ", ".join(f"{name}.id" for name in names.values())
    return f"""
        SELECT t.id, t.trading_pair_id, t.executed_at, t.price, m.low, m.high, m.timeframe,
               m.open_time, m.id AS candle_id
        FROM trades AS t
        {joins}
        JOIN market_data AS m ON m.id = coalesce({shortest}, NULL)
        LEFT JOIN exchange_connections AS x ON x.id = t.connection_id
        WHERE typeof(t.executed_at) = 'integer' AND t.executed_at < :now - 60000
          AND coalesce(t.executed_at <= m.received_at, 1) AND coalesce(x.is_testnet, 0) = 0
    """


def _ask(context: AuditContext, sql: str) -> Answer:
    return ask(
        context,
        sql,
        {
            "trades": "id trading_pair_id price executed_at",
            "market_data": "id trading_pair_id timeframe open_time high low",
        },
        optional={
            "trades": "connection_id",
            "market_data": "received_at",
            "exchange_connections": "id is_testnet",
        },
        key="trades",
    )


def _finding(answer: Answer) -> Finding:
    trades = answer.table("trades")
    return RULE.finding(
        object=f"{trades}.price",
        table=trades,
        cause="outside the candle",
        title=f"{counted(answer.total, 'trade')} at a price outside the candle of that moment",
        detail=(
            "The market did not trade at this price when the trade is said to have happened. The "
            "trade's price or time is wrong, or the candle is, or it is of another market."
        ),
        recommendation=(
            "Compare the trades and the candles with the exchange. Where many follow each other, "
            "look for a wrong time zone or for candles of another market first."
        ),
        evidence=answer.evidence,
        sql=answer.sql,
        confidence="likely",
    )


RULE = Rule(
    id="TRD-10",
    title="Trade price outside the candle",
    category="ledger",
    severity="warning",
    profile="deep",
    needs=Needs(),
    check=check,
)
