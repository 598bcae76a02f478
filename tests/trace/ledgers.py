"""Small ledgers of the CTS shape, without its constraints, so that they can be as bad as files are.

Amounts are chosen so that every sum can be made by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cts_console.sqlite import Connection, open_database, quote_identifier
from cts_console.trace import Trace, TraceEvent, TraceSubject, read_trace

SCHEMA = """
CREATE TABLE trading_pairs (id INTEGER PRIMARY KEY, symbol, base_currency, quote_currency,
    market_type, contract_size, price_tick, amount_step, min_amount);
CREATE TABLE positions (id INTEGER PRIMARY KEY, connection_id, trading_pair_id, side, status,
    quantity, entry_price, realized_pnl, fees_paid, funding_paid, opened_at, closed_at, updated_at);
CREATE TABLE orders (id INTEGER PRIMARY KEY, connection_id, trading_pair_id, position_id, side,
    order_type, price, amount, filled, remaining, average_price, fee_total, status, created_at,
    updated_at, closed_at, reject_reason);
CREATE TABLE trades (id INTEGER PRIMARY KEY, connection_id, order_id, position_id, trading_pair_id,
    side, price, amount, cost, fee, fee_currency, executed_at, realized_pnl);
CREATE TABLE trade_logs (id INTEGER PRIMARY KEY, order_id, trade_id, level, event_type, message,
    created_at);
CREATE TABLE audit_logs (id INTEGER PRIMARY KEY, action, entity_type, entity_id, outcome,
    created_at);
"""
NOW = 1_700_000_000_000
PAIRS = (
    (1, "BTC/USDT", "BTC", "USDT", "spot", 1, 0.01, 0.001, 0.001),
    (2, "BTC/USDT:USDT", "BTC", "USDT", "swap", 0.001, 0.1, 1, 1),
    (3, "BTC/USD:BTC", "BTC", "USD", "swap", 100, 0.5, 1, 1),
)


def add(connection: Connection, table: str, row: Mapping[str, Any]) -> None:
    """Insert a row."""
    columns = ", ".join(map(quote_identifier, row))
    marks = ", ".join("?" for _ in row)
    connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(row.values()))


class Ledger:
    """A file with one position (7) that is filled by `trade`."""

    def __init__(self, path: Path, *, pair: int = 1, side: str = "long") -> None:
        self.path = path
        self.pair = pair
        self.trades = 0
        with open_database(path, "read_write", create=True) as connection:
            connection.execute("PRAGMA journal_mode = WAL;" + SCHEMA)
            for row in PAIRS:
                names = "id symbol base_currency quote_currency market_type contract_size"
                names += " price_tick amount_step min_amount"
                add(connection, "trading_pairs", dict(zip(names.split(), row, strict=True)))
            position = {
                "id": 7,
                "connection_id": 1,
                "trading_pair_id": pair,
                "side": side,
                "status": "open",
                "quantity": 0.0,
                "funding_paid": 0.0,
                "opened_at": NOW,
                "updated_at": NOW,
            }
            add(connection, "positions", position)

    def trade(self, side: str, amount: Any, price: Any, **more: Any) -> int:
        """Add a trade with an order of its own, a second after the one before; return its id."""
        self.trades += 1
        number = self.trades
        trade = {
            "id": number,
            "connection_id": 1,
            "order_id": 100 + number,
            "position_id": 7,
            "trading_pair_id": self.pair,
            "side": side,
            "price": price,
            "amount": amount,
            "fee": 0.0,
            "executed_at": NOW + 1_000 * number,
            **more,
        }
        at = trade["executed_at"]
        order = {
            "id": trade["order_id"],
            "connection_id": 1,
            "trading_pair_id": self.pair,
            "position_id": 7,
            "side": side,
            "order_type": "limit",
            "price": price,
            "amount": amount,
            "filled": amount,
            "remaining": 0.0,
            "average_price": price,
            "status": "filled",
            "created_at": at - 100 if isinstance(at, int) else at,
            "updated_at": at,
            "closed_at": at,
        }
        with open_database(self.path, "read_write") as connection:
            add(connection, "trades", trade)
            if not connection.read_value("SELECT 1 FROM orders WHERE id = ?", (order["id"],)):
                add(connection, "orders", order)
        return number

    def change(self, sql: str, *values: Any) -> None:
        """Run a statement."""
        with open_database(self.path, "read_write") as connection:
            connection.execute(sql, values)

    def settle(self, **values: Any) -> None:
        """Set columns of the position."""
        settings = ", ".join(f"{name} = ?" for name in values)
        self.change(f"UPDATE positions SET {settings}", *values.values())

    def close(self, **values: Any) -> None:
        """Close the position with the last trade."""
        at = NOW + 1_000 * self.trades
        self.settle(status="closed", closed_at=at, updated_at=at, **values)

    def trace(self, kind: Any = "position", key: Any = 7) -> Trace:
        """Trace the position, or another row."""
        return read_trace(self.path, TraceSubject(kind, key))


def of_kind(trace: Trace, kind: str) -> list[TraceEvent]:
    """Return the events of a kind."""
    return [event for event in trace.events if event.kind == kind]


def first(trace: Trace) -> tuple[str, Any, list[str]] | None:
    """Return kind, key and names of the first row at which the stories part."""
    if trace.first_difference is None:
        return None
    event = trace.events[trace.first_difference]
    return event.kind, event.key, [each.name for each in event.differs]
