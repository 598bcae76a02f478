"""A feed that is frozen: the same candle again and again.

What it finds: ten or more candles in a row, of one pair and timeframe, whose four prices and
volume are all equal, with a volume above zero.

Why a trader cares: the market went on, and what was recorded is the last answer of a cache. A
strategy sees a calm that is not there, and its stops stand still with it.

What to do: find what stopped (a connection, a proxy, a rate limit) and load these hours from the
exchange again.

Tolerance and false positives: pairs that nobody trades repeat their price with a volume of 0,
which is normal and not reported. The same volume ten times in a row is not made by a market.
"""

from __future__ import annotations

from collections.abc import Iterable

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.series import CANDLES, read_candles
from cts_console.audit.trading import counted


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all runs of equal candles."""
    candles = read_candles(context)
    evidence = candles.evidence(
        lambda series: series.frozen, ("open_time", "last_open_time", "candles")
    )
    if evidence.total:
        yield RULE.finding(
            object=f"{candles.table}.volume",
            table=candles.table,
            cause="frozen feed",
            title=f"{counted(evidence.total, 'run')} of equal candles with volume",
            detail=(
                "Prices and volume of at least ten candles in a row are the same. No market does "
                "that: somewhere on the way an old answer was given again."
            ),
            recommendation=(
                "Find out what stood still at these times, and load the candles from the exchange "
                "again."
            ),
            evidence=evidence,
            confidence="likely",
        )
    candles.told()


RULE = Rule(
    id="MKT-10",
    title="A frozen feed: the same candle again and again",
    category="market_data",
    severity="warning",
    profile="deep",
    needs=Needs(),
    check=check,
    readings=(CANDLES,),
)
