"""The same candle or tick twice.

What it finds: a second candle of one pair, timeframe and opening time; in a table of ticks, rows
of one connection and symbol that agree in time, price, volume, bid and ask.

Why a trader cares: volume is counted twice, an indicator over the last twenty candles sees
nineteen, and a query that expects one row per slot takes whichever comes first.

What to do: remove the doubles in the program that wrote them, and let a UNIQUE key over pair,
timeframe and opening time refuse the next ones.

Tolerance and false positives: none for candles; the CTS schema itself refuses them. A table of
ticks knows the second alone, and an exchange may tell the same numbers twice within one: such
rows are likely doubles, not certain ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.series import CANDLES, read_candles
from cts_console.audit.trading import ask, bound, counted
from cts_console.sqlite import quote_identifier

_TICKS: Final = """
    SELECT min(id) AS id, trading_pair_id, open_time, close, count(*) AS copies
    FROM market_data WHERE open_time IS NOT NULL
    GROUP BY trading_pair_id, open_time, close, volume, bid, ask
    HAVING count(*) > 1
"""
_CANDLES: Final = (
    "SELECT trading_pair_id, timeframe, open_time, count(*) AS copies FROM {table} "
    "GROUP BY 1, 2, 3 HAVING count(*) > 1"
)


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all doubles."""
    there = bound(context, "market_data")
    if there is not None and "timeframe" not in there.columns:
        yield from _ticks(context)
        return
    candles = read_candles(context)
    evidence = candles.evidence(lambda series: series.repeated)
    if evidence.total:
        yield RULE.finding(
            object=f"{candles.table}.open_time",
            table=candles.table,
            cause="candle twice",
            title=f"{counted(evidence.total, 'candle')} in a slot that has one already",
            detail=(
                "A slot of a series has one candle. Whoever reads these takes volume twice and "
                "counts a slot as two."
            ),
            recommendation=(
                "Find the program that writes them, remove the doubles there, and add a UNIQUE "
                "key over pair, timeframe and opening time."
            ),
            evidence=evidence,
            sql=_CANDLES.format(table=quote_identifier(candles.table)),
        )
    candles.told()


def _ticks(context: AuditContext) -> Iterable[Finding]:
    answer = ask(
        context,
        _TICKS,
        {"market_data": "id trading_pair_id open_time close"},
        optional={"market_data": "volume bid ask"},
        key="market_data",
    )
    if answer.total:
        table = answer.table("market_data")
        yield RULE.finding(
            object=table,
            table=table,
            cause="tick twice",
            title=f"{counted(answer.total, 'tick')} recorded more than once",
            detail=(
                "Rows of the same connection and symbol agree in time, price, volume, bid and ask. "
                "Either the feed was recorded twice, or it told the same numbers again within a "
                "second."
            ),
            recommendation=(
                "See whether two processes record the same connection. Doubles can go; a UNIQUE "
                "key keeps new ones out."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
            confidence="likely",
        )


RULE = Rule(
    id="MKT-02",
    title="The same candle twice",
    category="market_data",
    severity="error",
    profile="deep",
    needs=Needs(),
    check=check,
    readings=(CANDLES,),
)
