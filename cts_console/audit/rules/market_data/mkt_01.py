"""Candles missing inside a series.

What it finds: slots between the first and the last candle of a pair and timeframe that have no
candle: one finding per series, with each gap as a row.

Why a trader cares: an indicator counts candles, not hours. A moving average over a gap is one of
another length, a backtest trades at prices that it never saw, and a stop inside the gap was never
tested.

What to do: load the missing candles again from the exchange. Where its own history has none, the
exchange stood still or nothing was traded.

Tolerance and false positives: what comes after the last candle is no gap (MKT-06 looks at that),
nor is the way to a candle from the future (MKT-08).
A gap is left out where next to nothing was traded around it: where the candles of a day on either
side hold less than a thousandth of the volume that the series has on average. Several exchanges
make no candle while nothing is traded: where a series has a gap at least every twenty candles, and
no candle without volume, this is the likely reason, and the finding is an information. An exchange
that was down for maintenance leaves a gap as well. A timeframe that is not one of the usual ones,
and a series without any volume, are told as not checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.series import CANDLES, Candles, Series, Timeframe, read_candles
from cts_console.audit.trading import counted
from cts_console.sqlite import SqliteValue, quote_identifier, quote_text

_SQL: Final = """
    SELECT previous, open_time, round(1.0 * (open_time - previous) / {step}) - 1 AS missing
    FROM (SELECT open_time, lag(open_time) OVER (ORDER BY open_time) AS previous
          FROM {table} WHERE trading_pair_id IS {pair} AND timeframe IS {timeframe})
    WHERE open_time - previous >= 1.5 * {step}
"""
# More gaps than one to so many candles come from a market without trades.
_CANDLES_TO_A_GAP: Final = 20


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per series with gaps."""
    candles = read_candles(context)
    for series in candles.series:
        if series.gaps.total and series.timeframe is not None:
            yield _finding(candles, series, series.timeframe)
    candles.told([*candles.unknown_timeframes(), *_without_volume(candles)])


def _finding(candles: Candles, series: Series, timeframe: Timeframe) -> Finding:
    name = candles.name(series)
    gaps = series.gaps.total
    in_gaps = counted(gaps, "gap").lower()
    is_thin = series.without_volume == 0 and gaps * _CANDLES_TO_A_GAP >= series.candles
    return RULE.finding(
        object=f"{candles.table} {name}",
        table=candles.table,
        cause="gaps without trades" if is_thin else "gaps",
        title=f"{counted(series.missing, 'candle')} missing in {name}, in {in_gaps}",
        detail=(
            f"Between its first and its last candle, {series.candles:,} in all, this series has "
            f"{in_gaps}. Indicators and backtests that count candles take "
            "what lies on either side of a gap for neighbours."
            + (
                " There are so many gaps, and no candle without volume, that the exchange "
                "probably makes no candle while nothing is traded."
                if is_thin
                else ""
            )
        ),
        recommendation=(
            "Load the missing candles from the exchange again. Where its history has none either, "
            "it stood still or nothing was traded there."
        ),
        evidence=Evidence.of(
            ("last_before", "first_after", "missing"), series.gaps.rows, series.gaps.total
        ),
        sql=" ".join(
            _SQL.format(
                table=quote_identifier(candles.table),
                step=timeframe.step_ms,
                pair=_literal(series.pair),
                timeframe=_literal(series.name),
            ).split()
        ),
        confidence="unknown" if is_thin else "likely",
        severity="info" if is_thin else None,
    )


def _without_volume(candles: Candles) -> Iterator[str]:
    for series in candles.series:
        if series.quiet_gaps and series.without_volume == series.candles:
            yield (
                f"{candles.table} {candles.name(series)}: no candle has volume, so "
                f"{counted(series.quiet_gaps, 'gap').lower()} may be a market without trades"
            )


def _literal(value: SqliteValue) -> str:
    return quote_text(value) if isinstance(value, str) else "NULL" if value is None else repr(value)


RULE = Rule(
    id="MKT-01",
    title="Candles missing inside a series",
    category="market_data",
    severity="warning",
    profile="deep",
    needs=Needs(),
    check=check,
    readings=(CANDLES,),
)
