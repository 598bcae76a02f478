"""CTS v3.1 in the field (`legacy-cts.md`, section 1): times are naive UTC text."""

from __future__ import annotations

from typing import Final

from cts_console.audit.trading.source import Source, instant, made, same

_LEGACY_PAIR: Final = made(
    "coalesce(connection_id, '') || ':' || symbol", "connection_id", "symbol"
)
_LEGACY_STATUS: Final = made(
    "CASE lower(status) WHEN 'canceled' THEN 'cancelled' WHEN 'closed' THEN "
    "CASE WHEN filled >= amount * 0.999999999 THEN 'filled' ELSE 'cancelled' END "
    "ELSE lower(status) END",
    "status",
    "filled",
    "amount",
)
_LEGACY_TRADES: Final = {
    "id": same("id"),
    "connection_id": same("connection_id"),
    "order_id": same("order_id"),
    "trading_pair_id": same("symbol"),
    "exchange_trade_id": same("exchange_trade_id"),
    "side": made("lower(side)", "side"),
    "price": same("price"),
    "amount": same("amount"),
    "fee": same("fee"),
    "fee_currency": same("fee_currency"),
    "executed_at": instant("executed_at"),
}
LEGACY: Final = (
    Source(
        "orders",
        "orders",
        frozenset({"symbol", "amount", "filled", "status", "connection_id"}),
        {
            "id": same("id"),
            "connection_id": same("connection_id"),
            "trading_pair_id": same("symbol"),
            "exchange_order_id": same("exchange_order_id"),
            "side": made("lower(side)", "side"),
            "order_type": made("lower(type)", "type"),
            "price": same("price"),
            "amount": same("amount"),
            "filled": same("filled"),
            "remaining": same("remaining"),
            "status": _LEGACY_STATUS,
            "created_at": instant("created_at"),
            "updated_at": instant("updated_at"),
        },
        lacks=frozenset({"trading_pair_id"}),
    ),
    Source(
        "trades",
        "trades",
        frozenset({"symbol", "order_id", "price", "amount", "connection_id"}),
        _LEGACY_TRADES,
        lacks=frozenset({"trading_pair_id"}),
    ),
    Source(
        "positions",
        "strategies_real",
        frozenset({"symbol", "side", "entry_price", "volume", "status"}),
        {
            "id": same("id"),
            "connection_id": same("connection_id"),
            "trading_pair_id": same("symbol"),
            "side": made(
                "CASE lower(side) WHEN 'buy' THEN 'long' WHEN 'sell' THEN 'short' "
                "ELSE lower(side) END",
                "side",
            ),
            "status": made(
                "CASE lower(status) WHEN 'active' THEN 'open' ELSE lower(status) END", "status"
            ),
            "quantity": same("volume"),
            "entry_price": same("entry_price"),
            "current_price": same("current_price"),
            "unrealized_pnl": same("profit_loss"),
            "stop_loss": same("stop_loss"),
            "take_profit": same("take_profit"),
            "opened_at": instant("opened_at"),
            "closed_at": instant("closed_at"),
        },
    ),
    Source(
        "market_data",
        "market_data",
        frozenset({"symbol", "price", "timestamp"}),
        {
            "id": same("id"),
            "trading_pair_id": _LEGACY_PAIR,
            "open_time": instant("timestamp"),
            "close": same("price"),
            "volume": same("volume"),
            "bid": same("bid"),
            "ask": same("ask"),
        },
        lacks=frozenset({"open_time"}),
    ),
    Source(
        "archived_market_data",
        "archived_market_data",
        frozenset({"symbol", "price", "timestamp"}),
        {
            "id": same("id"),
            "trading_pair_id": _LEGACY_PAIR,
            "open_time": instant("timestamp"),
            "close": same("price"),
            "volume": same("volume"),
        },
        lacks=frozenset({"open_time"}),
    ),
    Source(
        "trade_engine_state",
        "trade_engine_state",
        frozenset({"connection_id", "status", "last_realtime_run"}),
        {
            "id": same("id"),
            "connection_id": same("connection_id"),
            "status": same("status"),
            "last_realtime_run_at": instant("last_realtime_run"),
            "started_at": instant("started_at"),
            "updated_at": instant("updated_at"),
            "active_positions": same("active_positions_count"),
            "error_message": same("error_message"),
        },
    ),
    Source(
        "connection_coordination",
        "connection_coordination",
        frozenset({"connection_id", "last_heartbeat", "status"}),
        {
            "id": made("rowid"),
            "connection_id": same("connection_id"),
            "status": same("status"),
            "last_heartbeat_at": instant("last_heartbeat"),
            "current_operation": same("current_operation"),
        },
    ),
    Source(
        "exchange_connections",
        "exchange_connections",
        frozenset({"exchange", "api_key", "is_active"}),
        {
            "id": same("id"),
            "name": same("name"),
            "is_testnet": same("testnet"),
            "is_active": same("is_active"),
            "is_enabled": same("is_enabled"),
            "is_live_trade": same("is_live_trade"),
            "last_test_result": made("lower(last_test_status)", "last_test_status"),
            "last_test_at": instant("last_test_at"),
            "updated_at": instant("updated_at"),
        },
        lacks=frozenset({"exchange_id"}),
    ),
    Source(
        "pseudo_positions",
        "pseudo_positions",
        frozenset({"symbol", "entry_price", "status", "opened_at"}),
        {
            "id": same("id"),
            "connection_id": same("connection_id"),
            "trading_pair_id": same("symbol"),
            "side": same("side"),
            "status": made(
                "CASE lower(status) WHEN 'open' THEN 'active' ELSE lower(status) END", "status"
            ),
            "opened_at": instant("opened_at"),
            "closed_at": instant("closed_at"),
        },
        lacks=frozenset({"trading_pair_id"}),
    ),
    Source(
        "site_logs",
        "site_logs",
        frozenset({"timestamp", "level", "message"}),
        {
            "id": same("id"),
            "level": made("lower(level)", "level"),
            "category": same("category"),
            "message": same("message"),
            "context": same("context"),
            "created_at": instant("timestamp"),
        },
    ),
    Source(
        "system_settings",
        "system_settings",
        frozenset({"key", "value"}),
        {"id": same("id"), "key": same("key"), "value": same("value")},
        lacks=frozenset({"value_type"}),
    ),
    Source(
        "data_cleanup_log",
        "data_cleanup_log",
        frozenset({"cleanup_type", "completed_at", "status"}),
        {
            "id": same("id"),
            "cleanup_type": same("cleanup_type"),
            "status": made("lower(status)", "status"),
            "started_at": instant("started_at"),
            "finished_at": instant("completed_at"),
        },
        lacks=frozenset({"table_name"}),
    ),
)
