"""Small files of trades, as another program writes them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cts_console.progress import CancelToken, ProgressCallback
from cts_console.sqlite import open_database
from cts_console.statement import Period, Statement, make_statement, read_order
from tests.audit.rows import row

AT_MS = 1_714_557_600_000
"""2024-05-01 10:00:00 UTC."""
MAY = Period(1_714_521_600_000, 1_717_200_000_000, "UTC")
TRADES = (
    "CREATE TABLE trades (id INTEGER PRIMARY KEY, connection_id, order_id, trading_pair_id,"
    " exchange_trade_id, side, price, amount, cost, fee, fee_currency, is_maker, executed_at,"
    " recorded_at, position_id, note);"
)
_TRADE: dict[str, Any] = {
    "connection_id": 1,
    "order_id": 1,
    "trading_pair_id": "BTC/USDT",
    "side": "buy",
    "price": 100.0,
    "amount": 1.0,
    "fee": 0.1,
    "fee_currency": "USDT",
}


def write(path: Path, *statements: str) -> None:
    """Change the file as its own program would."""
    with open_database(path, "read_write", create=True) as connection:
        for sql in statements:
            connection.execute(sql)


def trade(number: int, **more: Any) -> str:
    """Return the SQL of one trade, a second after the one before it; `more` are its columns."""
    values = {
        "id": number,
        **_TRADE,
        "executed_at": AT_MS + number * 1000,
        "exchange_trade_id": f"x{number}",
        **more,
    }
    return row("trades", **values)


def make_file(path: Path, trades: Iterable[str], schema: str = TRADES) -> Path:
    """Make a file of these trades and return its path."""
    write(path, schema, "".join(trades))
    return path


def stated(
    path: Path,
    period: Period = MAY,
    *,
    rates: tuple[str, ...] = (),
    csv: Path | None = None,
    entries: int = 0,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> Statement:
    """Return the statement of a file."""
    order = read_order(period, "average", rates, csv, entries)
    return make_statement(path, order, on_progress=on_progress, cancel=cancel)
