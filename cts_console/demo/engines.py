"""The portfolio and the stopped machinery, with results computed from the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cts_console.demo.accounts import (
    CYCLE_BOT,
    CYCLE_PRESET,
    CYCLE_STRATEGY,
    HOLDING_BOT,
    HOLDING_PRESET,
    HOLDING_STRATEGY,
    INITIAL_ETH,
    MARGIN,
    PAIR_IDS,
    PORTFOLIO,
    SANDBOX,
    SETUP_AT,
    SPOT,
    TRADER,
)
from cts_console.demo.performance import Moment
from cts_console.demo.rows import PositionRow, TableRows, table_rows
from cts_console.sqlite import SqliteValue

_BOTS: Final = (
    (HOLDING_BOT, "holder", HOLDING_STRATEGY, SPOT),
    (CYCLE_BOT, "cycler", CYCLE_STRATEGY, MARGIN),
)


def derive_portfolio(moments: Sequence[Moment]) -> list[TableRows]:
    """Return the rows of `portfolios` and `risk_limits`."""
    last = moments[-1]
    values = (INITIAL_ETH, last.equity, last.cash, last.at)
    limits = (100.0, 10.0, 2.0, 3)
    return [
        table_rows(
            "portfolios",
            "id user_id name base_currency initial_value total_value cash_value valued_at "
            "created_at updated_at",
            [(PORTFOLIO, TRADER, "XRP/ETH book", "ETH", *values, SETUP_AT, last.at)],
        ),
        table_rows(
            "risk_limits",
            "portfolio_id connection_id max_position_size max_daily_loss max_drawdown_percent "
            "max_leverage max_open_positions created_at updated_at",
            [
                (PORTFOLIO, SPOT, 1_000_000.0, *limits, SETUP_AT, SETUP_AT),
                (PORTFOLIO, MARGIN, 500_000.0, *limits, SETUP_AT, SETUP_AT),
            ],
        ),
    ]


def derive_engines(positions: Sequence[PositionRow], last_at: int) -> list[TableRows]:
    """Return the rows of the stopped bots and engines, and what the exchange says it holds."""
    return [
        _bots(positions, last_at),
        _engine_states(last_at),
        table_rows(
            "preset_trade_engine",
            "preset_id connection_id status last_run_at started_at stopped_at updated_at "
            "testing_progress",
            [
                (preset, connection, "stopped", last_at, SETUP_AT, last_at, last_at, 100)
                for preset, connection in ((HOLDING_PRESET, SPOT), (CYCLE_PRESET, MARGIN))
            ],
        ),
        table_rows(
            "connection_coordination",
            "connection_id status last_heartbeat_at updated_at",
            [(connection, "idle", last_at, last_at) for connection in (SPOT, MARGIN)],
        ),
        table_rows(
            "exchange_positions",
            "connection_id trading_pair_id position_id exchange_position_id side quantity "
            "entry_price mark_price leverage unrealized_pnl sync_status synced_at updated_at",
            [_as_exchange_sees(row, last_at) for row in positions if row.status == "open"],
        ),
    ]


def _as_exchange_sees(row: PositionRow, last_at: int) -> tuple[SqliteValue, ...]:
    market = (row.connection_id, row.trading_pair_id, row.id, f"demo-{row.id}", row.side)
    prices = (row.entry_price, row.current_price, row.leverage, row.unrealized_pnl)
    return (*market, row.quantity, *prices, "synced", last_at, last_at)


def _bots(positions: Sequence[PositionRow], last_at: int) -> TableRows:
    rows = []
    for bot, name, strategy, connection in _BOTS:
        own = [position for position in positions if position.strategy_id == strategy]
        closed = [position.realized_pnl for position in own if position.status == "closed"]
        counts = (len(closed), sum(pnl > 0 for pnl in closed), sum(pnl < 0 for pnl in closed))
        pnl = round(sum(position.realized_pnl for position in own), 8)
        times = (own[0].opened_at, last_at, last_at, SETUP_AT, last_at)
        place = (bot, TRADER, PORTFOLIO, strategy, connection, name)
        rows.append((*place, "stopped", *counts, pnl, *times))
    return table_rows(
        "bot_instances",
        "id user_id portfolio_id strategy_id connection_id name status total_trades "
        "winning_trades losing_trades realized_pnl started_at stopped_at heartbeat_at "
        "created_at updated_at",
        rows,
    )


def _engine_states(last_at: int) -> TableRows:
    runs = (SETUP_AT, last_at, last_at, last_at, last_at)
    return table_rows(
        "trade_engine_state",
        "connection_id status started_at stopped_at last_indication_run_at "
        "last_strategy_run_at last_realtime_run_at active_positions symbols_processed updated_at",
        [
            (SPOT, "stopped", *runs, 1, len(PAIR_IDS), last_at),
            (MARGIN, "stopped", *runs, 0, 1, last_at),
            (SANDBOX, "stopped", *[None] * 5, 0, 0, SETUP_AT),
        ],
    )
