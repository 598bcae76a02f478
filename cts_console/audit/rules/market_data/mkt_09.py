"""Volume, trades and price of a candle that do not fit each other.

What it finds: candles without volume that close at another price than they opened, and candles
with volume that count no trade.

Why a trader cares: a price moves by trades. One of the fields is not what it says, and whatever
weighs prices by volume (VWAP, volume filters) is wrong there.

What to do: see which fields this feed fills in. A candle that was made from a ticker instead of
from trades often has no volume.

Tolerance and false positives: candles of an index or a mark price have no volume: a series
without any is left alone. The number of trades is held against the volume only in series of which
at least half of the candles with volume have one; where it was never filled in it says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.series import CANDLES, read_candles
from cts_console.audit.trading import counted
from cts_console.sqlite import quote_identifier


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for moves without volume and one for volume without trades."""
    candles = read_candles(context)
    table = quote_identifier(candles.table)
    moved = candles.evidence(lambda series: series.moved_without_volume)
    if moved.total:
        yield RULE.finding(
            object=f"{candles.table}.volume",
            table=candles.table,
            cause="a move without volume",
            title=f"{counted(moved.total, 'candle')} that moved without volume",
            detail=(
                "They close at another price than they opened, and no volume was traded. The "
                "volume or one of the prices is not of this candle."
            ),
            recommendation="See which fields the feed fills in, and load these candles again.",
            evidence=moved,
            sql=f"SELECT * FROM {table} WHERE volume = 0 AND open <> close",
        )
    untraded = candles.evidence(lambda series: series.volume_without_trades)
    if untraded.total:
        yield RULE.finding(
            object=f"{candles.table}.trade_count",
            table=candles.table,
            cause="volume without trades",
            title=f"{counted(untraded.total, 'candle')} with volume and without trades",
            detail=(
                "They have volume and count no trade, in series that count trades elsewhere. They "
                "probably come from another source than the others."
            ),
            recommendation="See where these candles come from, and whether the volume is theirs.",
            evidence=untraded,
            sql=f"SELECT * FROM {table} WHERE trade_count = 0 AND volume > 0",
        )
    candles.told()


RULE = Rule(
    id="MKT-09",
    title="Volume, trades and price of a candle do not fit each other",
    category="market_data",
    severity="info",
    profile="deep",
    needs=Needs(),
    check=check,
    readings=(CANDLES,),
)
