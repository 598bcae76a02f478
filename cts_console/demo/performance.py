"""What the account was worth hour by hour and day by day.

Equity = the cash at the start + what the sells brought − what the buys cost − fees + the XRP held
at the last price. It is followed over every fill, so a drawdown inside a period is seen.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from cts_console.demo.accounts import DAY_MS, HOUR_MS, INITIAL_ETH, PORTFOLIO
from cts_console.demo.positions import Fill
from cts_console.demo.rows import PositionRow, TableRows


class MetricRow(NamedTuple):
    """A row of `performance_metrics`; the fields are its columns."""

    portfolio_id: int
    period: str
    period_start: int
    total_value: float
    pnl: float
    return_percent: float
    sharpe_ratio: float | None
    max_drawdown_percent: float
    win_rate: float | None
    total_trades: int
    winning_trades: int
    calculated_at: int


class Moment(NamedTuple):
    """The account right after one fill, in ETH."""

    at: int
    cash: float
    equity: float


def read_moments(fills: Sequence[Fill]) -> list[Moment]:
    """Return the account after every fill."""
    cash, held, moments = INITIAL_ETH, 0, []
    for fill in fills:
        now = fill.execution
        sign = 1 if now.side == "sell" else -1
        cash += sign * now.cost - fill.fee
        held -= sign * now.amount
        moments.append(Moment(now.executed_at, cash, cash + held * now.price))
    return moments


def derive_metrics(moments: Sequence[Moment], positions: Sequence[PositionRow]) -> TableRows:
    """Return the rows of `performance_metrics`, hourly and daily; days are those of UTC."""
    hourly = _metrics("hourly", HOUR_MS, moments, positions)
    daily = _metrics("daily", DAY_MS, moments, positions)
    daily = [row._replace(sharpe_ratio=_sharpe(row, hourly)) for row in daily]
    return TableRows("performance_metrics", MetricRow._fields, hourly + daily)


def _metrics(
    period: str, length_ms: int, moments: Sequence[Moment], positions: Sequence[PositionRow]
) -> list[MetricRow]:
    rows, before = [], INITIAL_ETH
    for number, group in groupby(moments, key=lambda moment: moment.at // length_ms):
        values = [moment.equity for moment in group]
        closed = [p for p in positions if p.closed_at and p.closed_at // length_ms == number]
        won = sum(position.realized_pnl > 0 for position in closed)
        rows.append(
            MetricRow(
                portfolio_id=PORTFOLIO,
                period=period,
                period_start=number * length_ms,
                total_value=round(values[-1], 8),
                pnl=round(values[-1] - before, 8),
                return_percent=round((values[-1] / before - 1) * 100, 6),
                sharpe_ratio=None,
                max_drawdown_percent=round(_drawdown([before, *values]) * 100, 6),
                win_rate=won / len(closed) if closed else None,
                total_trades=len(closed),
                winning_trades=won,
                calculated_at=(number + 1) * length_ms,
            )
        )
        before = values[-1]
    return rows


def _drawdown(values: Sequence[float]) -> float:
    """Return the deepest fall from a peak before it, as a share of the peak."""
    peak, deepest = values[0], 0.0
    for value in values:
        peak = max(peak, value)
        deepest = max(deepest, 1 - value / peak)
    return deepest


def _sharpe(day: MetricRow, hourly: Sequence[MetricRow]) -> float | None:
    """Return mean over deviation of the day's hourly returns, scaled to a day; no riskless rate."""
    returns = [
        row.return_percent
        for row in hourly
        if row.period_start // DAY_MS == day.period_start // DAY_MS
    ]
    deviation = statistics.stdev(returns) if len(returns) > 1 else 0.0
    if not deviation:
        return None
    return round(statistics.fmean(returns) / deviation * math.sqrt(24), 6)
