"""All rows of the demo, in the order in which the foreign keys allow them in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from cts_console.demo.engines import derive_engines, derive_portfolio
from cts_console.demo.journal import derive_audit_logs, derive_site_logs, derive_trade_logs
from cts_console.demo.market import derive_market_data
from cts_console.demo.orders import derive_orders
from cts_console.demo.performance import derive_metrics, read_moments
from cts_console.demo.positions import derive_positions
from cts_console.demo.rows import OrderRow, PositionRow, TableRows, TradeRow
from cts_console.demo.sample import Candle, Execution
from cts_console.demo.signals import derive_signals
from cts_console.demo.surroundings import derive_markets, derive_people, derive_strategies
from cts_console.demo.upkeep import derive_alerts, derive_queue

TABLES: Final = (
    "users",
    "user_roles",
    "user_preferences",
    "trading_pairs",
    "exchange_connections",
    "strategies",
    "presets",
    "portfolios",
    "risk_limits",
    "positions",
    "bot_instances",
    "trade_engine_state",
    "preset_trade_engine",
    "connection_coordination",
    "exchange_positions",
    "orders",
    "trades",
    "performance_metrics",
    "market_data",
    "indications",
    "pseudo_positions",
    "alerts",
    "symbol_processing_queue",
    "trade_logs",
    "site_logs",
    "audit_logs",
    "system_settings",
)
"""The tables that get rows, in order; the settings come last and say that all is there."""


def derive_tables(
    candles: Sequence[Candle], executions: Sequence[Execution], exchange_id: int
) -> Iterator[TableRows]:
    """Yield the rows of every table but the settings; the same input gives the same rows."""
    fills, positions = derive_positions(executions)
    orders, trades = derive_orders(fills, positions)
    moments = read_moments(fills)
    last = executions[-1]
    yield from derive_people()
    yield from derive_markets(exchange_id)
    yield from derive_strategies()
    yield from derive_portfolio(moments)
    yield TableRows("positions", PositionRow._fields, positions)
    yield from derive_engines(positions, last.executed_at)
    yield TableRows("orders", OrderRow._fields, orders)
    yield TableRows("trades", TradeRow._fields, trades)
    yield derive_metrics(moments, positions)
    yield derive_market_data(candles)
    yield from derive_signals(candles)
    yield derive_alerts(candles, last.price)
    yield derive_queue(candles)
    yield derive_trade_logs(orders, trades, positions)
    yield derive_site_logs(trades, orders)
    yield derive_audit_logs(positions, last.executed_at)
