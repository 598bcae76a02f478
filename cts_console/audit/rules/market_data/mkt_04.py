"""A bid above the ask.

What it finds: rows whose best bid is above their best ask by more than 0.05 %, and every such row
of a series that has three or more of them, however small they are.

Why a trader cares: nobody can buy below what others bid. A strategy that believes the row sees a
profit that does not exist, and a spread that is negative spoils what is computed from it.

What to do: see how the feed puts bid and ask together: two sources, a book that missed an update,
or two columns that were swapped.

Tolerance and false positives: snapshots that mix two feeds cross for milliseconds: once or twice
in a series, by up to 0.05 %, is left alone. A bid equal to the ask is not reported, nor is a side
that is not known (NULL or 0).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted

# `bid > ask` in the words of idx_perf_market_crossed, which then holds every candidate.
_SQL: Final = """
    SELECT c.id, coalesce(p.symbol, c.trading_pair_id) AS pair, c.timeframe, c.open_time,
           c.bid, c.ask, round(100 * (c.bid - c.ask) / c.ask, 3) AS crossed_percent
    FROM (SELECT id, trading_pair_id, timeframe, open_time, bid, ask,
                 count(*) OVER (PARTITION BY trading_pair_id, timeframe) AS times
          FROM market_data
          WHERE bid > ask AND ask > 0 AND typeof(bid) <> 'text' AND typeof(bid) <> 'blob') AS c
    LEFT JOIN trading_pairs AS p ON p.id = c.trading_pair_id
    WHERE c.times >= 3 OR c.bid > c.ask * 1.0005
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such rows."""
    answer = ask(
        context,
        _SQL,
        {"market_data": "id trading_pair_id open_time bid ask"},
        optional={"market_data": "timeframe", "trading_pairs": "id symbol"},
        key="market_data",
    )
    if answer.total:
        table = answer.table("market_data")
        yield RULE.finding(
            object=f"{table}.bid",
            table=table,
            cause="bid above ask",
            title=f"{counted(answer.total, 'row')} with a bid above the ask",
            detail=(
                "The best bid lies above the best ask. A spread, a mid price or an arbitrage "
                "signal made of such a row is wrong."
            ),
            recommendation=(
                "See where bid and ask of this feed come from, and whether one of them was old or "
                "the two were swapped."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
        )


RULE = Rule(
    id="MKT-04",
    title="A bid above the ask",
    category="market_data",
    severity="error",
    profile="standard",
    needs=Needs(),
    check=check,
)
