"""The logs: what a running system would have written.

Every line tells something that is true of the demo's own ledger, at the time of the data.
`batch_processor_stats`, `data_cleanup_log` and `archived_market_data` stay empty: they record
work that was measured, and none was done in 2019.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final, NamedTuple

from cts_console.demo.accounts import (
    AUDITOR,
    CYCLE_STRATEGY,
    DAY_MS,
    HOLDING_STRATEGY,
    HOUR_MS,
    MARGIN,
    OWNER,
    SANDBOX,
    SETUP_AT,
    SIGNAL_STRATEGY,
    SPOT,
    TRADER,
)
from cts_console.demo.rows import OrderRow, PositionRow, TableRows, TradeRow, table_rows

SITE_LOG_DAYS: Final = 14
"""One line an hour over as many days, so that no day stands out in number."""

_SETUP: Final = (
    (OWNER, "user.create", "users", TRADER, "ok"),
    (OWNER, "user.create", "users", AUDITOR, "ok"),
    (OWNER, "role.grant", "users", TRADER, "ok"),
    (OWNER, "role.grant", "users", AUDITOR, "ok"),
    (TRADER, "connection.create", "exchange_connections", SPOT, "ok"),
    (TRADER, "connection.create", "exchange_connections", MARGIN, "ok"),
    (TRADER, "connection.create", "exchange_connections", SANDBOX, "ok"),
    (TRADER, "strategy.create", "strategies", HOLDING_STRATEGY, "ok"),
    (TRADER, "strategy.create", "strategies", CYCLE_STRATEGY, "ok"),
    (TRADER, "strategy.create", "strategies", SIGNAL_STRATEGY, "ok"),
    (AUDITOR, "connection.enable", "exchange_connections", SPOT, "denied"),
)


class TradeLogRow(NamedTuple):
    """A row of `trade_logs`; the fields are its columns."""

    connection_id: int
    order_id: int
    trade_id: int | None
    level: str
    event_type: str
    message: str
    details: str
    created_at: int


def derive_trade_logs(
    orders: Sequence[OrderRow], trades: Sequence[TradeRow], positions: Sequence[PositionRow]
) -> TableRows:
    """Return one event for the end of every order and for both ends of every position."""
    first: dict[int, TradeRow] = {}
    last: dict[int, TradeRow] = {}
    for trade in trades:
        first.setdefault(trade.position_id, trade)
        last[trade.position_id] = trade
    events = [_order_event(order) for order in orders]
    for position in positions:
        size: dict[str, object] = {"quantity": position.quantity, "side": position.side}
        events.append(_position_event("opened", position, first[position.id], size))
        if position.closed_at is not None:
            result = {**size, "realized_pnl": position.realized_pnl}
            events.append(_position_event("closed", position, last[position.id], result))
    events.sort(key=lambda event: event.created_at)
    return TableRows("trade_logs", TradeLogRow._fields, events)


def derive_site_logs(trades: Sequence[TradeRow], orders: Sequence[OrderRow]) -> TableRows:
    """Return a line an hour up to the last fill, and one for each order that was refused."""
    times = [trade.executed_at for trade in trades]
    end = times[-1] // HOUR_MS * HOUR_MS
    rows: list[tuple[int, str, str, str, str, int | None]] = []
    for hour in range(end - SITE_LOG_DAYS * DAY_MS, end + HOUR_MS, HOUR_MS):
        fills = bisect_left(times, hour) - bisect_left(times, hour - HOUR_MS)
        context = json.dumps({"fills": fills})
        rows.append((hour, "info", "engine", f"hourly report: {fills} fills", context, None))
    for order in orders:
        if order.status == "rejected":
            context = json.dumps({"order": order.id, "reason": order.reject_reason})
            message = f"order {order.id} was rejected"
            where = order.connection_id
            rows.append((order.closed_at, "warning", "order", message, context, where))
    rows.append((times[-1], "info", "engine", "engines stopped", "{}", None))
    rows.sort(key=lambda row: row[0])
    return table_rows("site_logs", "created_at level category message context connection_id", rows)


def derive_audit_logs(positions: Sequence[PositionRow], last_at: int) -> TableRows:
    """Return who set what up, who was refused, and who started and stopped the engines."""
    rows = [(*line, SETUP_AT + 60_000 * number) for number, line in enumerate(_SETUP)]
    for at, action in ((positions[0].opened_at, "engine.start"), (last_at, "engine.stop")):
        for connection in (SPOT, MARGIN):
            rows.append((TRADER, action, "trade_engine_state", connection, "ok", at))
    return table_rows("audit_logs", "user_id action entity_type entity_id outcome created_at", rows)


def _order_event(order: OrderRow) -> TradeLogRow:
    return TradeLogRow(
        connection_id=order.connection_id,
        order_id=order.id,
        trade_id=None,
        level="warning" if order.status in ("rejected", "expired") else "info",
        event_type=f"order_{order.status}",
        message=f"{order.order_type} {order.side} of {order.amount:.0f} XRP {order.status}",
        details=json.dumps({"filled": order.filled}),
        created_at=order.closed_at,
    )


def _position_event(
    event: str, position: PositionRow, trade: TradeRow, details: dict[str, object]
) -> TradeLogRow:
    return TradeLogRow(
        connection_id=position.connection_id,
        order_id=trade.order_id,
        trade_id=trade.id,
        level="info",
        event_type=f"position_{event}",
        message=f"{position.side} position {position.id} {event}",
        details=json.dumps(details),
        created_at=trade.recorded_at,
    )
