"""Candles that do not open on the grid of their timeframe.

What it finds: candles that open at another point of the grid than the other candles of their
series; and, as an information, series of short candles that lie off the grid as a whole.

Why a trader cares: a candle of 10:00:30 is not the candle of 10:00. Joins by time miss it, it
overlaps its neighbours, and its volume is counted with theirs.

What to do: see which program wrote them: a clock that was off, a closing time taken for the
opening time, or trades put together from the first one on instead of from the full minute.

Tolerance and false positives: days of some exchanges begin at 16:00 UTC. Where most candles of a
series share an offset, it is the series' own grid; of candles of an hour and more it is not
reported if it is a time zone (a multiple of 15 minutes). Weeks begin on Mondays, months with the
calendar. A timeframe that is not one of the usual ones is told as not checked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.series import CANDLES, Candles, Series, read_candles
from cts_console.audit.series.timeframes import HOUR_MS, MINUTE_MS
from cts_console.audit.trading import counted

_ZONE_MS: Final = 15 * MINUTE_MS


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for single candles and one for whole series."""
    candles = read_candles(context)
    evidence = candles.evidence(lambda series: series.off_grid)
    if evidence.total:
        yield RULE.finding(
            object=f"{candles.table}.open_time",
            table=candles.table,
            cause="off the grid",
            title=f"{counted(evidence.total, 'candle')} off the grid of the timeframe",
            detail=(
                "These candles open at a time at which no candle of their timeframe opens. They "
                "overlap their neighbours, and whatever joins series by time does not see them."
            ),
            recommendation=(
                "Find the program that wrote them and how it makes the opening time. Candles of "
                "the slots that they overlap come from the exchange."
            ),
            evidence=evidence,
        )
    shifted = [series for series in candles.series if _is_shifted(series)]
    if shifted:
        yield _shifted(candles, shifted)
    candles.told(candles.unknown_timeframes())


def _is_shifted(series: Series) -> bool:
    timeframe = series.timeframe
    if timeframe is None or series.offset_ms == 0:
        return False
    return timeframe.step_ms < HOUR_MS or series.offset_ms % _ZONE_MS != 0


def _shifted(candles: Candles, shifted: list[Series]) -> Finding:
    title = (
        "One series lies off the grid as a whole"
        if len(shifted) == 1
        else f"{len(shifted):,} series lie off the grid as a whole"
    )
    return RULE.finding(
        object=candles.table,
        table=candles.table,
        cause="a whole series off the grid",
        title=title,
        detail=(
            "All their candles open at the same distance from the grid of UTC, and it is no time "
            "zone. They fit each other; candles of other series or exchanges they do not."
        ),
        recommendation=(
            "See whether the closing time, or the time of the first trade, was taken for the "
            "opening time."
        ),
        evidence=Evidence.of(
            ("pair", "timeframe", "offset_ms", "candles"),
            [
                (candles.pair(series), series.name, series.offset_ms, series.candles)
                for series in shifted
            ],
        ),
        severity="info",
    )


RULE = Rule(
    id="MKT-07",
    title="Candles that do not open on the grid of their timeframe",
    category="market_data",
    severity="warning",
    profile="standard",
    needs=Needs(),
    check=check,
    readings=(CANDLES,),
)
