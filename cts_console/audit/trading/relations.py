"""Where trading data lies in the files of the field, and what its columns are called there.

The relations and columns are those of the CTS schema; a table of that shape is taken as it is. Each
other shape has one module beside this: its `Source`s say which table, by which columns it is
recognised, and how each column of ours is made of theirs. What a source leaves out is not to be had
there, and a rule that needs it says so.

Shapes: CTS v3.1 (`legacy-cts.md` section 1), freqtrade's and hummingbot's own models
(`freqtrade/persistence/trade_model.py`, `hummingbot/model/*.py`). Times become milliseconds since
the epoch, UTC; hummingbot's scaled integers become numbers.

`executions` is what moves a position: the trades, and on freqtrade, which keeps none, the filled
part of each order.
"""

from __future__ import annotations

from typing import Final, Literal

from cts_console.audit.trading.freqtrade import FREQTRADE
from cts_console.audit.trading.hummingbot import HUMMINGBOT
from cts_console.audit.trading.legacy import LEGACY
from cts_console.audit.trading.source import Source

Shape = Literal["cts", "cts_legacy", "other"]

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

SOURCES: Final[tuple[Source, ...]] = (
    *_NATIVE,
    _NATIVE_EXECUTIONS,
    *LEGACY,
    *FREQTRADE,
    *HUMMINGBOT,
)
"""Tried in this order; the first whose table and columns are there holds the relation."""


def shape(source: Source) -> Shape:
    """Return whose table a source describes: of CTS as it is, of v3.1, or of another program."""
    if source.columns is None:
        return "cts"
    return "cts_legacy" if source in LEGACY else "other"
