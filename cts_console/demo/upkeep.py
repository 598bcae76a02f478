"""Alerts, the finished work queue and the settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cts_console.demo.accounts import (
    CANDLE_SYMBOLS,
    DAY_MS,
    HOUR_MS,
    LEDGER_PAIR,
    OWNER,
    PAIR_IDS,
    SETUP_AT,
    SPOT,
    TRADER,
)
from cts_console.demo.rows import TableRows, table_rows
from cts_console.demo.sample import CANDLE_MS, Candle
from cts_console.demo.signals import WINDOW_MS
from cts_console.sqlite import SqliteValue

FILLED_KEY: Final = "demo.filled"
"""The setting whose presence says that the fill was committed; its value counts market_data."""

_SETTINGS: Final = (
    ("demo.candles", "ten pairs, January 2018, real prices", "string", "source of market_data"),
    ("demo.executions", "XRP/ETH, October 2019, real prices", "string", "source of trades"),
    ("demo.fee_rate", "0.001", "number", "assumed fee, a share of the cost"),
)


def derive_alerts(candles: Sequence[Candle], last_price: float) -> TableRows:
    """Return an alert 5 % above each pair's first price, and two on XRP/ETH that still wait."""
    rows: list[tuple[SqliteValue, ...]] = []
    for symbol in CANDLE_SYMBOLS:
        series = [candle for candle in candles if candle.symbol == symbol]
        threshold = round(series[0].open * 1.05, 8)
        crossed = [candle.open_time for candle in series if candle.high > threshold]
        at = crossed[0] + CANDLE_MS if crossed else None
        seen = at + HOUR_MS if at else None
        state = (int(at is None), at, seen, SETUP_AT, seen or SETUP_AT)
        message = f"{symbol} 5 % above its first price"
        rows.append((TRADER, PAIR_IDS[symbol], "price_above", threshold, message, *state))
    waiting = (1, None, None, SETUP_AT, SETUP_AT)
    for kind, factor in (("price_above", 1.1), ("price_below", 0.9)):
        threshold = round(last_price * factor, 8)
        rows.append((TRADER, LEDGER_PAIR, kind, threshold, "XRP/ETH leaves its range", *waiting))
    return table_rows(
        "alerts",
        "user_id trading_pair_id alert_type threshold message is_active triggered_at "
        "acknowledged_at created_at updated_at",
        rows,
    )


def derive_queue(candles: Sequence[Candle]) -> TableRows:
    """Return the finished runs over the candle pairs on the sample's last day."""
    end = candles[-1].open_time + CANDLE_MS
    rows = []
    for enqueued_at in range(end - DAY_MS + WINDOW_MS, end + 1, WINDOW_MS):
        for number, symbol in enumerate(CANDLE_SYMBOLS):
            started_at = enqueued_at + 200 * number
            times = (enqueued_at, started_at, started_at + 150)
            rows.append((SPOT, PAIR_IDS[symbol], 10 - number, "done", 1, *times))
    return table_rows(
        "symbol_processing_queue",
        "connection_id trading_pair_id priority status attempts enqueued_at started_at finished_at",
        rows,
    )


def derive_settings(market_rows: int) -> TableRows:
    """Return the settings of the demo, among them the one that says it is complete."""
    filled = (FILLED_KEY, str(market_rows), "integer", "rows of market_data; the fill is complete")
    return table_rows(
        "system_settings",
        "key value value_type description category updated_by created_at updated_at",
        [(*setting, "demo", OWNER, SETUP_AT, SETUP_AT) for setting in (filled, *_SETTINGS)],
    )
