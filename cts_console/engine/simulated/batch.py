"""The rows of one commit, collected first and written table by table.

Every statement of the simulation stands here, in the order in which the foreign keys allow them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from cts_console.sqlite import Connection, SqliteValue

Values = tuple[SqliteValue, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """One statement that runs once per row."""

    table: str
    """Whose rows it writes."""
    sql: str
    """With a place per value."""
    appends: bool
    """Whether it adds rows; otherwise it changes them."""


def _insert(table: str, columns: str) -> Statement:
    names = columns.split()
    places = ", ".join("?" * len(names))
    return Statement(table, f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})", True)


def _update(table: str, columns: str, where: str = "id = ?") -> Statement:
    changed = ", ".join(f"{name} = ?" for name in columns.split())
    return Statement(table, f"UPDATE {table} SET {changed} WHERE {where}", False)


NEW_POSITION: Final = _insert(
    "positions",
    "id portfolio_id connection_id trading_pair_id strategy_id side status quantity entry_price "
    "current_price leverage realized_pnl unrealized_pnl fees_paid opened_at updated_at stop_loss "
    "take_profit",
)
NEW_ORDER: Final = _insert(
    "orders",
    "id connection_id portfolio_id trading_pair_id position_id bot_id client_order_id side "
    "order_type price amount remaining status created_at updated_at time_in_force stop_price",
)
NEW_TRADE: Final = _insert(
    "trades",
    "id connection_id order_id trading_pair_id exchange_trade_id side price amount cost fee "
    "fee_currency is_maker executed_at recorded_at position_id realized_pnl",
)
NEW_TRADE_LOG: Final = _insert(
    "trade_logs",
    "connection_id order_id trade_id level event_type message details created_at",
)
NEW_INDICATION: Final = _insert(
    "indications",
    "id connection_id trading_pair_id preset_id indication_type timeframe direction value "
    "profit_factor status calculated_at confidence expires_at",
)
NEW_CANDLE: Final = _insert(
    "market_data",
    "trading_pair_id timeframe open_time open high low close volume trade_count bid ask source "
    "received_at",
)
NEW_SITE_LOG: Final = _insert("site_logs", "level category message connection_id created_at")
OPEN_ORDER: Final = _update("orders", "status exchange_order_id submitted_at updated_at")
FILL_ORDER: Final = _update(
    "orders", "status position_id filled remaining average_price fee_total closed_at updated_at"
)
END_ORDER: Final = _update("orders", "status reject_reason closed_at updated_at")
MOVE_POSITION: Final = _update(
    "positions",
    "quantity entry_price current_price realized_pnl unrealized_pnl fees_paid updated_at",
)
CLOSE_POSITION: Final = _update(
    "positions",
    "status quantity entry_price exit_price current_price realized_pnl unrealized_pnl fees_paid "
    "close_reason closed_at updated_at",
)
GROW_CANDLE: Final = _update(
    "market_data",
    "high low close volume trade_count bid ask received_at",
    "trading_pair_id = ? AND timeframe = ? AND open_time = ?",
)
END_INDICATION: Final = _update("indications", "status")
VALUE_PORTFOLIO: Final = _update("portfolios", "total_value cash_value valued_at updated_at")
BEAT_ENGINE: Final = _update(
    "trade_engine_state",
    "last_indication_run_at last_strategy_run_at last_realtime_run_at active_positions "
    "last_cycle_ms symbols_processed updated_at",
    "connection_id = ?",
)
BEAT_LEASE: Final = _update(
    "connection_coordination", "last_heartbeat_at lease_expires_at updated_at", "connection_id = ?"
)
BEAT_BOT: Final = _update(
    "bot_instances",
    "heartbeat_at total_trades winning_trades losing_trades realized_pnl updated_at",
)

_IN_ORDER: Final = (
    NEW_POSITION,
    NEW_ORDER,
    NEW_TRADE,
    NEW_TRADE_LOG,
    NEW_INDICATION,
    NEW_CANDLE,
    NEW_SITE_LOG,
    OPEN_ORDER,
    FILL_ORDER,
    END_ORDER,
    MOVE_POSITION,
    CLOSE_POSITION,
    GROW_CANDLE,
    END_INDICATION,
    VALUE_PORTFOLIO,
    BEAT_ENGINE,
    BEAT_LEASE,
    BEAT_BOT,
)
_NUMBERED: Final = ("positions", "orders", "trades", "indications")
_LARGEST: Final = f"SELECT {', '.join(f'(SELECT max(id) FROM {t})' for t in _NUMBERED)}"


class Batch:
    """What one transaction is going to write; made inside it, so that its numbers are free."""

    def __init__(self, connection: Connection, now_ms: int) -> None:
        self.now_ms = now_ms
        """The moment of everything in it, milliseconds since the epoch."""
        self.appended = 0
        """Rows that it adds so far."""
        self._connection = connection
        self._rows: dict[Statement, list[Values]] = {statement: [] for statement in _IN_ORDER}
        largest = connection.read_row(_LARGEST) or ()
        self._ids = {
            table: value if isinstance(value, int) else 0
            for table, value in zip(_NUMBERED, largest, strict=True)
        }

    def new_id(self, table: str) -> int:
        """Return the next free number of `table`."""
        self._ids[table] += 1
        return self._ids[table]

    def add(self, statement: Statement, *values: SqliteValue) -> None:
        """Remember one run of `statement`."""
        self._rows[statement].append(values)
        self.appended += statement.appends

    def write(self) -> tuple[Counter[str], Counter[str]]:
        """Write it all and return the rows added and the rows changed, by table."""
        added: Counter[str] = Counter()
        changed: Counter[str] = Counter()
        for statement, rows in self._rows.items():
            if rows:
                self._connection.execute_many(statement.sql, rows)
                counted = added if statement.appends else changed
                counted[statement.table] += len(rows)
        return added, changed
