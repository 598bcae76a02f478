"""Where trading data lies in the files of the field, and what its columns are called there.

The one place where names are mapped. The relations and columns are those of the CTS schema; a
table of that shape is taken as it is. For the others a `Source` says which table, by which columns
it is recognised, and how each column of ours is made of theirs. What a source leaves out is not to
be had there, and a rule that needs it says so.

Shapes: CTS v3.1 (`legacy-cts.md` section 1), freqtrade's and hummingbot's own models
(`freqtrade/persistence/trade_model.py`, `hummingbot/model/*.py`). Times become milliseconds since
the epoch, UTC; hummingbot's scaled integers become numbers.

`executions` is what moves a position: the trades, and on freqtrade, which keeps none, the filled
part of each order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from cts_console.sqlite import quote_identifier

Shape = Literal["cts", "cts_legacy", "other"]


@dataclass(frozen=True, slots=True)
class Expression:
    """A column of ours as SQL over theirs."""

    sql: str
    """The expression."""
    uses: tuple[str, ...]
    """The columns of theirs that it needs."""


@dataclass(frozen=True, slots=True)
class Source:
    """A table of the field that holds one of our relations."""

    relation: str
    """Our name of it."""
    table: str
    """Their table."""
    known_by: frozenset[str]
    """Columns without which the table is something else."""
    columns: Mapping[str, Expression] | None = None
    """Our column -> how it is made; None where every column is called as ours is."""
    where: str = ""
    """Which of their rows; "" for all."""
    lacks: frozenset[str] = field(default_factory=frozenset)
    """Columns that tell another shape of the same table name."""
    grain: float = 0.0
    """The least difference that its numbers can tell: what is smaller was cut off on the way in."""


def same(name: str) -> Expression:
    """Return a column that is called `name` there."""
    return Expression(quote_identifier(name), (name,))


def instant(name: str) -> Expression:
    """Return a time: text as UTC in any of SQLite's forms, a number as the milliseconds it is."""
    column = quote_identifier(name)
    return Expression(
        f"CASE typeof({column}) WHEN 'text' THEN CAST(round(unixepoch({column}, 'subsec') * 1000)"
        f" AS INTEGER) ELSE {column} END",
        (name,),
    )


def scaled(name: str) -> Expression:
    """Return a decimal that is kept as an integer times 10^6; a real number is taken as it is."""
    column = quote_identifier(name)
    return Expression(
        f"CASE typeof({column}) WHEN 'integer' THEN {column} / 1e6 ELSE {column} END", (name,)
    )


def made(sql: str, *uses: str) -> Expression:
    """Return an expression over the named columns."""
    return Expression(sql, uses)


_NATIVE_KEYS: Final[dict[str, str]] = {
    "orders": "trading_pair_id amount filled status",
    "trades": "order_id trading_pair_id price amount",
    "positions": "trading_pair_id side status quantity entry_price",
    "exchange_positions": "connection_id trading_pair_id side quantity",
    "trading_pairs": "symbol base_currency quote_currency",
    "market_data": "trading_pair_id timeframe open_time close",
    "archived_market_data": "trading_pair_id timeframe open_time close",
    "exchange_connections": "exchange_id is_enabled",
    "exchanges": "name",
    "users": "username password_hash",
    "user_roles": "user_id role",
    "portfolios": "total_value cash_value",
    "strategies": "strategy_type is_active",
    "presets": "preset_type is_active",
    "bot_instances": "strategy_id status",
    "risk_limits": "portfolio_id max_open_positions",
    "performance_metrics": "portfolio_id period_start",
    "trade_engine_state": "connection_id status last_realtime_run_at",
    "preset_trade_engine": "preset_id connection_id status",
    "connection_coordination": "connection_id owner lease_expires_at",
    "symbol_processing_queue": "status enqueued_at",
    "indications": "indication_type calculated_at expires_at",
    "pseudo_positions": "trading_pair_id entry_price opened_at quantity",
    "system_settings": "key value value_type",
    "site_logs": "level message created_at",
    "trade_logs": "event_type message created_at",
    "audit_logs": "action created_at",
    "data_cleanup_log": "table_name finished_at",
    "batch_processor_stats": "rows_requested rows_written",
    "alerts": "alert_type threshold",
}

_NATIVE: Final = tuple(
    Source(relation, relation, frozenset(keys.split())) for relation, keys in _NATIVE_KEYS.items()
)
# What moves a position is what was traded.
_NATIVE_EXECUTIONS: Final = Source(
    "executions", "trades", frozenset(_NATIVE_KEYS["trades"].split())
)

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
_LEGACY: Final = (
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

_FREQTRADE_ORDERS: Final = {
    "id": same("id"),
    "position_id": same("ft_trade_id"),
    "trading_pair_id": same("ft_pair"),
    "exchange_order_id": same("order_id"),
    "side": made("lower(side)", "side"),
    "order_type": made("lower(order_type)", "order_type"),
    "price": same("price"),
    "average_price": same("average"),
    "amount": same("amount"),
    "filled": made("coalesce(filled, 0)", "filled"),
    "remaining": made(
        "coalesce(remaining, amount - coalesce(filled, 0))", "remaining", "filled", "amount"
    ),
    # ccxt's `closed` is filled, and on some venues cancelled in part.
    "status": made(
        "CASE lower(status) WHEN 'canceled' THEN 'cancelled' WHEN 'closed' THEN "
        "CASE WHEN coalesce(filled, 0) >= amount * 0.999999999 THEN 'filled' ELSE 'cancelled' END "
        "ELSE lower(status) END",
        "status",
        "filled",
        "amount",
    ),
    "created_at": instant("order_date"),
    "updated_at": made(
        "CAST(round(unixepoch(coalesce(order_update_date, order_filled_date, order_date), "
        "'subsec') * 1000) AS INTEGER)",
        "order_update_date",
        "order_filled_date",
        "order_date",
    ),
    # freqtrade keeps whether an order is over, and a time only where something was filled.
    "closed_at": made(
        "CASE ft_is_open WHEN 0 THEN CAST(round(unixepoch(coalesce(order_filled_date, "
        "order_update_date, order_date), 'subsec') * 1000) AS INTEGER) END",
        "ft_is_open",
        "order_filled_date",
        "order_update_date",
        "order_date",
    ),
}
_FREQTRADE_KEYS: Final = frozenset({"ft_trade_id", "ft_pair", "order_id", "amount"})
_FREQTRADE: Final = (
    Source("orders", "orders", _FREQTRADE_KEYS, _FREQTRADE_ORDERS),
    Source(
        "executions",
        "orders",
        _FREQTRADE_KEYS | {"ft_is_open", "filled"},
        {
            "id": same("id"),
            "position_id": same("ft_trade_id"),
            "trading_pair_id": same("ft_pair"),
            "side": made("lower(side)", "side"),
            # freqtrade's own fallback where an exchange gives no average.
            "price": made("coalesce(average, price)", "average", "price"),
            "amount": same("filled"),
            "base_fee": made("coalesce(ft_fee_base, 0)", "ft_fee_base"),
            "ordered_at": instant("order_date"),
            "executed_at": made(
                "CAST(round(unixepoch(coalesce(order_filled_date, order_date), 'subsec') * 1000)"
                " AS INTEGER)",
                "order_filled_date",
                "order_date",
            ),
        },
        # freqtrade moves a position once an order is done with, not with each part of it.
        where="filled > 0 AND coalesce(ft_is_open, 0) = 0",
    ),
    Source(
        "positions",
        "trades",
        frozenset({"pair", "is_open", "open_rate", "stake_amount", "amount"}),
        {
            "id": same("id"),
            "connection_id": same("exchange"),
            "trading_pair_id": same("pair"),
            "side": made("CASE is_short WHEN 1 THEN 'short' ELSE 'long' END", "is_short"),
            "status": made("CASE is_open WHEN 1 THEN 'open' ELSE 'closed' END", "is_open"),
            "quantity": same("amount"),
            "entry_price": same("open_rate"),
            "exit_price": same("close_rate"),
            "leverage": made("coalesce(leverage, 1)", "leverage"),
            "stop_loss": made("nullif(stop_loss, 0)", "stop_loss"),
            "liquidation_price": same("liquidation_price"),
            "opened_at": instant("open_date"),
            "closed_at": instant("close_date"),
        },
    ),
)

_HUMMINGBOT_STATUS: Final = made(
    "CASE last_status WHEN 'OrderCancelled' THEN 'cancelled' WHEN 'OrderExpired' THEN 'expired' "
    "WHEN 'OrderFailure' THEN 'rejected' WHEN 'BuyOrderCompleted' THEN 'filled' "
    "WHEN 'SellOrderCompleted' THEN 'filled' WHEN 'OrderFilled' THEN 'partially_filled' "
    "WHEN 'BuyOrderCreated' THEN 'open' WHEN 'SellOrderCreated' THEN 'open' "
    "ELSE lower(last_status) END",
    "last_status",
)
_HUMMINGBOT_FILL_KEYS: Final = frozenset({"market", "order_id", "exchange_trade_id", "trade_type"})
_HUMMINGBOT_FILLS: Final = {
    "id": made("rowid"),
    "connection_id": same("market"),
    "order_id": same("order_id"),
    "trading_pair_id": made("market || ':' || symbol", "market", "symbol"),
    "exchange_trade_id": same("exchange_trade_id"),
    "side": made("lower(trade_type)", "trade_type"),
    "price": scaled("price"),
    "amount": scaled("amount"),
    # What was paid is kept as JSON; this is its value in the quote currency.
    "fee": scaled("trade_fee_in_quote"),
    "fee_currency": same("quote_asset"),
    "executed_at": same("timestamp"),
}
_HUMMINGBOT: Final = (
    Source(
        "orders",
        "Order",
        frozenset({"market", "last_status", "amount", "creation_timestamp"}),
        {
            "id": same("id"),
            "connection_id": same("market"),
            "trading_pair_id": made("market || ':' || symbol", "market", "symbol"),
            "exchange_order_id": same("exchange_order_id"),
            # `LIMIT_MAKER` is a limit order that must not take.
            "order_type": made("replace(lower(order_type), 'limit_maker', 'limit')", "order_type"),
            # A market order has no price: it is kept as 0.
            "price": made(f"nullif({scaled('price').sql}, 0)", "price"),
            "amount": scaled("amount"),
            "status": _HUMMINGBOT_STATUS,
            "created_at": same("creation_timestamp"),
            "updated_at": same("last_update_timestamp"),
        },
        grain=1e-6,
    ),
    Source("trades", "TradeFill", _HUMMINGBOT_FILL_KEYS, _HUMMINGBOT_FILLS, grain=1e-6),
)

SOURCES: Final[tuple[Source, ...]] = (
    *_NATIVE,
    _NATIVE_EXECUTIONS,
    *_LEGACY,
    *_FREQTRADE,
    *_HUMMINGBOT,
)
"""Tried in this order; the first whose table and columns are there holds the relation."""


def shape(source: Source) -> Shape:
    """Return whose table a source describes: of CTS as it is, of v3.1, or of another program."""
    if source.columns is None:
        return "cts"
    return "cts_legacy" if source in _LEGACY else "other"
