"""A high or low that the candle's other prices contradict.

What it finds: candles whose high is below their open, close or low, or whose low is above their
open or close.

Why a trader cares: a stop or a limit is tested against high and low. With a high that is too low
a backtest misses the exit that really happened.

What to do: load these candles from the exchange again. Where they come back the same, the feed is
wrong or fields were mixed up on the way in.

Tolerance and false positives: the newest candle of each series is left out, because it may be in
the making. Differences of a billionth of the price are what binary numbers lose. A missing price
contradicts nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.series import CANDLES, read_candles
from cts_console.audit.trading import counted
from cts_console.sqlite import quote_identifier


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such candles."""
    candles = read_candles(context)
    evidence = candles.evidence(lambda series: series.contradictions)
    if evidence.total:
        yield RULE.finding(
            object=f"{candles.table}.high",
            table=candles.table,
            cause="high and low do not hold open and close",
            title=f"{counted(evidence.total, 'candle')} whose high or low cannot be",
            detail=(
                "The high is the highest price of a candle and the low its lowest. Here another "
                "price of the same candle lies outside of them, so at least one of the four is "
                "wrong."
            ),
            recommendation=(
                "Load these candles from the exchange again. If they come back the same, look at "
                "how the feed's fields are read."
            ),
            evidence=evidence,
            sql=(
                f"SELECT * FROM {quote_identifier(candles.table)} WHERE high < max(open, close) "
                "OR low > min(open, close) OR high < low"
            ),
        )
    candles.told()


RULE = Rule(
    id="MKT-03",
    title="A high or low that the candle's other prices contradict",
    category="market_data",
    severity="error",
    profile="standard",
    needs=Needs(),
    check=check,
    readings=(CANDLES,),
)
