"""A price that leaves its neighbours and comes back at once.

What it finds: candles that close at least half as high again, or a third lower, than a candle
shortly before and one shortly after, that lie more than 8 robust standard deviations from the
median of the 21 closes around them, where the price is back after three candles at most.

Why a trader cares: one wrong price moves every average over it, opens positions that no signal
asked for, and makes a backtest buy at a bottom that never was.

What to do: compare these candles with the exchange's own history, or with another exchange. A
wrong one is loaded again.

Tolerance and false positives: a move that stays is one of the market, however large, and not
reported: crashes and listings are real. A flash crash that ends within three candles looks like
an error here. Where the neighbours do not move at all, ten steps of the pair's price stand for
their deviation (a millionth of the price where the step is not known). Fewer than ten neighbours
say nothing, and the newest candles are judged once the next ones are there.
"""

from __future__ import annotations

from collections.abc import Iterable

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.series import CANDLES, read_candles
from cts_console.audit.series.answer import CANDLE
from cts_console.audit.trading import counted


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such candles."""
    candles = read_candles(context)
    evidence = candles.evidence(lambda series: series.outliers, (*CANDLE, "robust_z"))
    if evidence.total:
        yield RULE.finding(
            object=f"{candles.table}.close",
            table=candles.table,
            cause="outlier",
            title=f"{counted(evidence.total, 'candle')} at a price far from its neighbours",
            detail=(
                "The close of these candles is far from those before and after, and the price was "
                "back within three candles. Most such prices are errors of the feed; averages, "
                "signals and backtests take them for real."
            ),
            recommendation=(
                "Compare them with the exchange's history and with another exchange, and load the "
                "wrong ones again."
            ),
            evidence=evidence,
            confidence="likely",
        )
    candles.told()


RULE = Rule(
    id="MKT-05",
    title="A price that leaves its neighbours and comes back at once",
    category="market_data",
    severity="warning",
    profile="deep",
    needs=Needs(),
    check=check,
    readings=(CANDLES,),
)
