"""A very wide spread between bid and ask.

What it finds: rows whose ask is more than 5 % of the mid price above their bid.

Why a trader cares: a market order pays the spread. At 5 % a round trip costs more than most
strategies earn, and a mid price made of such a row is worth little.

What to do: keep market orders away from these pairs, and see whether one side of the book was
missing when the row was recorded.

Tolerance and false positives: thin pairs have wide spreads by nature, so this is an information.
A side that is not known (NULL or 0) is not reported.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted

_SQL: Final = """
    SELECT m.id, coalesce(p.symbol, m.trading_pair_id) AS pair, m.timeframe, m.open_time,
           m.bid, m.ask, round(200 * (m.ask - m.bid) / (m.ask + m.bid), 2) AS spread_percent
    FROM market_data AS m LEFT JOIN trading_pairs AS p ON p.id = m.trading_pair_id
    WHERE m.bid > 0 AND m.ask - m.bid > 0.05 * (m.ask + m.bid) / 2
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
            object=f"{table}.ask",
            table=table,
            cause="wide spread",
            title=f"{counted(answer.total, 'row')} with a spread of more than 5 %",
            detail=(
                "Between the best bid and the best ask lie more than 5 % of the price. Whoever "
                "buys and sells at market there loses that much at once."
            ),
            recommendation=(
                "Trade these pairs with limit orders, or leave them. If they are liquid, one side "
                "of the book was missing."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
        )


RULE = Rule(
    id="MKT-11",
    title="A very wide spread between bid and ask",
    category="market_data",
    severity="info",
    profile="standard",
    needs=Needs(),
    check=check,
)
