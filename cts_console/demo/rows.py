"""The shapes in which derived rows travel to the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cts_console.sqlite import SqliteValue


@dataclass(frozen=True, slots=True)
class TableRows:
    """Rows for one table."""

    table: str
    columns: tuple[str, ...]
    """Columns that the rows fill; the others keep their defaults."""
    rows: Sequence[Sequence[SqliteValue]]
    """One sequence per row, as long as `columns`."""


class OrderRow(NamedTuple):
    """A row of `orders`; the fields are its columns."""

    id: int
    connection_id: int
    portfolio_id: int
    trading_pair_id: int
    position_id: int | None
    bot_id: int
    client_order_id: str
    exchange_order_id: str | None
    side: str
    order_type: str
    price: float | None
    amount: float
    filled: float
    remaining: float
    average_price: float | None
    fee_total: float
    status: str
    created_at: int
    updated_at: int
    submitted_at: int
    closed_at: int
    time_in_force: str
    stop_price: float | None
    reduce_only: int
    reject_reason: str | None


class TradeRow(NamedTuple):
    """A row of `trades`; the fields are its columns."""

    id: int
    connection_id: int
    order_id: int
    trading_pair_id: int
    exchange_trade_id: str
    side: str
    price: float
    amount: float
    cost: float
    fee: float
    fee_currency: str
    is_maker: int
    executed_at: int
    recorded_at: int
    position_id: int
    realized_pnl: float | None


class PositionRow(NamedTuple):
    """A row of `positions`; the fields are its columns."""

    id: int
    portfolio_id: int
    connection_id: int
    trading_pair_id: int
    strategy_id: int
    side: str
    status: str
    quantity: float
    entry_price: float
    exit_price: float | None
    current_price: float | None
    leverage: float
    realized_pnl: float
    unrealized_pnl: float
    fees_paid: float
    close_reason: str | None
    opened_at: int
    closed_at: int | None
    updated_at: int
    stop_loss: float | None
    take_profit: float | None


def table_rows(table: str, columns: str, rows: Sequence[Sequence[SqliteValue]]) -> TableRows:
    """Return rows for `table`; `columns` are their names in order, with blanks between."""
    return TableRows(table, tuple(columns.split()), rows)
