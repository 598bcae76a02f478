"""Positions out of executions: an average-cost book per position.

Formulas: the entry price is the amount-weighted mean of the entries and an exit leaves it as it
is; a closing trade realises (price − entry) × amount, reversed for a short, less its own fee; a
closed position has realised what its sells brought less what its buys cost less all its fees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from cts_console.demo.accounts import (
    CYCLE_STRATEGY,
    HOLDING_STRATEGY,
    LEDGER_PAIR,
    MARGIN,
    PORTFOLIO,
    PRICE_TICK,
    SPOT,
)
from cts_console.demo.cycles import HOLDING, assign_positions
from cts_console.demo.rows import PositionRow
from cts_console.demo.sample import Execution

FEE_RATE = 0.001
"""The invented fee, a share of the cost; as small accounts paid on large exchanges in 2019."""


class Fill(NamedTuple):
    """An execution and its place in the ledger."""

    execution: Execution
    position_id: int
    is_entry: bool
    """Whether it opens or enlarges its position; otherwise it closes a part of it."""
    fee: float
    """ETH, rounded to 1e-8."""
    realized_pnl: float | None
    """ETH after this fill's own fee; None for an entry."""


@dataclass(slots=True)
class _Book:
    """What one position has seen so far; sums in XRP and ETH."""

    is_long: bool
    is_holding: bool
    quantity: int = 0
    entry_price: float = 0.0
    entered: int = 0
    exited: int = 0
    exit_value: float = 0.0
    flow: float = 0.0
    fees: float = 0.0
    times: list[int] = field(default_factory=list)

    def add(self, now: Execution, fee: float) -> float | None:
        self.times.append(now.executed_at)
        self.flow += now.cost if now.side == "sell" else -now.cost
        self.fees += fee
        if self.is_long == (now.side == "buy"):
            value = self.entry_price * self.quantity + now.cost
            self.quantity += now.amount
            self.entered += now.amount
            self.entry_price = value / self.quantity
            return None
        self.quantity -= now.amount
        self.exited += now.amount
        self.exit_value += now.cost
        gain = (now.price - self.entry_price) * now.amount
        return round((gain if self.is_long else -gain) - fee, 12)


def derive_positions(executions: Sequence[Execution]) -> tuple[list[Fill], list[PositionRow]]:
    """Return every execution with its place, and the positions in the order of their opening."""
    books: dict[int, _Book] = {}
    ids: dict[int, int] = {}
    fills = []
    for execution, number in zip(executions, assign_positions(executions), strict=True):
        is_long = number == HOLDING or number % 2 == 1
        book = books.setdefault(number, _Book(is_long, number == HOLDING))
        position_id = ids.setdefault(number, len(ids) + 1)
        fee = round(execution.cost * FEE_RATE, 8)
        realized_pnl = book.add(execution, fee)
        fills.append(Fill(execution, position_id, realized_pnl is None, fee, realized_pnl))
    last = executions[-1]
    return fills, [_as_row(ids[number], book, last) for number, book in books.items()]


def _as_row(position_id: int, book: _Book, last: Execution) -> PositionRow:
    is_open = book.quantity > 0
    result = -book.fees if is_open else book.flow - book.fees
    return PositionRow(
        id=position_id,
        portfolio_id=PORTFOLIO,
        connection_id=SPOT if book.is_holding else MARGIN,
        trading_pair_id=LEDGER_PAIR,
        strategy_id=HOLDING_STRATEGY if book.is_holding else CYCLE_STRATEGY,
        side="long" if book.is_long else "short",
        status="open" if is_open else "closed",
        quantity=float(book.quantity if is_open else book.entered),
        entry_price=book.entry_price,
        exit_price=book.exit_value / book.exited if book.exited else None,
        current_price=last.price if is_open else None,
        leverage=1.0,
        realized_pnl=round(result, 12),
        unrealized_pnl=(last.price - book.entry_price) * book.quantity if is_open else 0.0,
        fees_paid=round(book.fees, 8),
        close_reason=None if is_open else ("take_profit" if result > 0 else "stop_loss"),
        opened_at=book.times[0],
        closed_at=None if is_open else book.times[-1],
        updated_at=last.executed_at if is_open else book.times[-1],
        stop_loss=_on_grid(last.price * 0.9) if is_open else None,
        take_profit=_on_grid(last.price * 1.2) if is_open else None,
    )


def _on_grid(price: float) -> float:
    return round(round(price / PRICE_TICK) * PRICE_TICK, 8)
