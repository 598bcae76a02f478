"""The ledger of one symbol: one order after the other, and the position that they make.

Spot and long: buys open a position and enlarge it, one sell closes it. Formulas: the entry price is
the average of the entries; a closing trade realises (price − entry) × amount less its own fee; a
closed position has realised what its sells brought less what its buys cost less all its fees.
Amounts are whole numbers of steps, so that they add up exactly.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from cts_console.engine.simulated.account import Account
from cts_console.engine.simulated.batch import (
    CLOSE_POSITION,
    END_ORDER,
    FILL_ORDER,
    MOVE_POSITION,
    NEW_ORDER,
    NEW_POSITION,
    NEW_TRADE,
    NEW_TRADE_LOG,
    OPEN_ORDER,
    Batch,
)
from cts_console.engine.simulated.market import Market
from cts_console.engine.simulated.venue import Venue

FEE_RATE: Final = 0.0005
_FARTHEST: Final = 0.0015
"""A resting order is taken back when the price has gone so far from it."""


@dataclass(slots=True)
class _Order:
    """The live order."""

    id: int
    client_id: str
    is_buy: bool
    kind: str
    limit: int | None
    """In ticks."""
    in_force: str
    amount: int
    """In steps."""
    position_id: int | None
    is_open: bool = False
    filled: int = 0
    cost: float = 0.0
    fees: float = 0.0


@dataclass(slots=True)
class _Position:
    """The open position; amounts in steps, sums in quote units."""

    id: int
    opened_at: int
    quantity: int = 0
    entered: int = 0
    entry_cost: float = 0.0
    exit_cost: float = 0.0
    exited: int = 0
    fees: float = 0.0
    gained: float = 0.0


class Book:
    """Takes one step of an order's life at a time; every step keeps the ledger's rules."""

    def __init__(self, venue: Venue, market: Market, account: Account, rng: random.Random) -> None:
        self._venue = venue
        self._market = market
        self._account = account
        self._rng = rng
        self._steps = 10**market.symbol.amount_digits
        self._order: _Order | None = None
        self._position: _Position | None = None
        self._is_dirty = False

    def step(self, batch: Batch) -> None:
        """Place, acknowledge, fill or end an order."""
        order = self._order
        self._is_dirty = self._position is not None
        if order is None:
            self._place(batch)
        elif not order.is_open:
            self._acknowledge(batch, order)
        elif self._is_far(order) or (not order.filled and self._rng.random() < 0.08):
            self._end(batch, order, "cancelled")
        else:
            self._fill(batch, order)

    def flush(self, batch: Batch) -> None:
        """Write what the open position is worth at the last price."""
        position = self._position
        if position is None or not self._is_dirty:
            return
        self._is_dirty = False
        price = self._market.value(self._market.ticks)
        entry = position.entry_cost / self._amount(position.entered)
        quantity = self._amount(position.quantity)
        self._account.hold(position.id, quantity * price)
        batch.add(
            MOVE_POSITION,
            quantity,
            entry,
            price,
            round(position.gained - position.fees, 8),
            (price - entry) * quantity,
            round(position.fees, 8),
            batch.now_ms,
            position.id,
        )

    # An order's life

    def _place(self, batch: Batch) -> None:
        position, market, chance = self._position, self._market, self._rng.random()
        is_buy = position is None or chance < 0.25
        kind, limit, stop, in_force = "limit", market.ticks, None, "GTC"
        if not is_buy and chance > 0.7:
            entry = position.entry_cost / self._amount(position.entered) if position else 0.0
            kind = "take_profit" if market.value(market.ticks) >= entry else "stop_market"
            stop = market.value(market.ticks)
        elif self._rng.random() < 0.25:
            kind = "market"
        elif self._rng.random() < 0.15:
            in_force = "IOC"
        lot = market.symbol.lot / market.value(market.ticks) * self._steps
        amount = max(2, round(lot * (0.5 + self._rng.random())))
        if position is not None and not is_buy:
            amount = position.quantity
        number = batch.new_id("orders")
        order = self._order = _Order(
            number,
            f"sim-{self._venue.number}-{number}",
            is_buy,
            kind,
            limit if kind == "limit" else None,
            in_force,
            amount,
            position.id if position else None,
        )
        batch.add(NEW_ORDER, *self._as_row(order, stop, batch.now_ms))
        if in_force == "IOC":
            # It lives for milliseconds at the exchange: no commit ever shows it waiting.
            self._acknowledge(batch, order, never_rejected=True)
            self._fill(batch, order)

    def _acknowledge(self, batch: Batch, order: _Order, *, never_rejected: bool = False) -> None:
        now_ms = batch.now_ms
        if not never_rejected and self._rng.random() < 0.02:
            self._end(batch, order, "rejected", "insufficient balance")
            return
        order.is_open = True
        batch.add(OPEN_ORDER, "open", f"x-{order.client_id}", now_ms, now_ms, order.id)

    def _fill(self, batch: Batch, order: _Order) -> None:
        rest = order.amount - order.filled
        steps = rest
        if rest > 3 and not order.filled and order.in_force == "GTC" and self._rng.random() < 0.4:
            steps = max(1, round(rest * (0.3 + 0.4 * self._rng.random())))
        ticks = self._market.ticks if order.limit is None else order.limit
        self._trade(batch, order, steps, ticks)
        is_full = order.filled == order.amount
        if is_full:
            self._order = None
            self._log(batch, order.id, None, "order_filled", "info")
        batch.add(
            FILL_ORDER,
            "filled" if is_full else "partially_filled",
            order.position_id,
            self._amount(order.filled),
            self._amount(order.amount - order.filled),
            order.cost / self._amount(order.filled),
            round(order.fees, 8),
            batch.now_ms if is_full else None,
            batch.now_ms,
            order.id,
        )

    def _end(self, batch: Batch, order: _Order, status: str, reason: str | None = None) -> None:
        self._order = None
        now_ms = batch.now_ms
        batch.add(END_ORDER, status, reason, now_ms, now_ms, order.id)
        self._log(batch, order.id, None, f"order_{status}", "warning" if reason else "info")

    def _is_far(self, order: _Order) -> bool:
        # An exit that has begun is carried through: nothing too small to sell is left over.
        if order.limit is None or (order.filled and not order.is_buy):
            return False
        return abs(self._market.ticks / order.limit - 1) > _FARTHEST

    # Trades and the position

    def _trade(self, batch: Batch, order: _Order, steps: int, ticks: int) -> None:
        amount, price = self._amount(steps), self._market.value(ticks)
        cost = price * amount
        fee = round(cost * FEE_RATE, 8)
        order.filled += steps
        order.cost += cost
        order.fees += fee
        self._account.pay(-cost if order.is_buy else cost, fee)
        self._market.see(ticks, amount)
        number = batch.new_id("trades")
        gained = None
        if order.is_buy:
            position = self._enter(batch, order, steps, cost, fee, number)
        else:
            position, gained = self._exit(batch, order, steps, cost, fee, number)
        batch.add(
            NEW_TRADE,
            number,
            self._venue.connection,
            order.id,
            self._market.pair_id,
            f"{self._venue.number}-{number}",
            "buy" if order.is_buy else "sell",
            price,
            amount,
            cost,
            fee,
            self._market.symbol.quote,
            int(order.limit is not None and order.in_force == "GTC"),
            batch.now_ms,
            batch.now_ms,
            position.id,
            gained,
        )

    def _enter(
        self, batch: Batch, order: _Order, steps: int, cost: float, fee: float, trade_id: int
    ) -> _Position:
        position = self._position
        if position is None:
            position = self._position = _Position(batch.new_id("positions"), batch.now_ms)
            self._open_row(batch, position, steps, cost, fee)
            self._log(batch, order.id, trade_id, "position_opened", "info")
        position.quantity += steps
        position.entered += steps
        position.entry_cost += cost
        position.fees += fee
        order.position_id = position.id
        self._is_dirty = True
        return position

    def _exit(
        self, batch: Batch, order: _Order, steps: int, cost: float, fee: float, trade_id: int
    ) -> tuple[_Position, float]:
        position = self._position
        if position is None:
            raise RuntimeError("a sell without a position")
        entry = position.entry_cost / self._amount(position.entered)
        gained = cost - entry * self._amount(steps)
        position.quantity -= steps
        position.exited += steps
        position.exit_cost += cost
        position.fees += fee
        position.gained += gained
        self._is_dirty = True
        if not position.quantity:
            self._close_row(batch, position)
            self._log(batch, order.id, trade_id, "position_closed", "info")
        return position, round(gained - fee, 12)

    def _open_row(
        self, batch: Batch, position: _Position, steps: int, cost: float, fee: float
    ) -> None:
        venue, now_ms = self._venue, batch.now_ms
        price = cost / self._amount(steps)
        far = (
            self._market.value(self._market.ticks // 2),
            self._market.value(self._market.ticks * 2),
        )
        batch.add(
            NEW_POSITION,
            position.id,
            venue.portfolio,
            venue.connection,
            self._market.pair_id,
            venue.strategy,
            "long",
            "open",
            self._amount(steps),
            price,
            price,
            1.0,
            -fee,
            0.0,
            fee,
            now_ms,
            now_ms,
            *far,
        )

    def _close_row(self, batch: Batch, position: _Position) -> None:
        self._position = None
        realized = position.exit_cost - position.entry_cost - position.fees
        self._account.close(position.id, realized)
        batch.add(
            CLOSE_POSITION,
            "closed",
            self._amount(position.entered),
            position.entry_cost / self._amount(position.entered),
            position.exit_cost / self._amount(position.exited),
            None,
            round(realized, 8),
            0.0,
            round(position.fees, 8),
            "take_profit" if realized > 0 else "stop_loss",
            batch.now_ms,
            batch.now_ms,
            position.id,
        )

    # Shapes

    def _amount(self, steps: int) -> float:
        return float(steps / self._steps)

    def _as_row(
        self, order: _Order, stop: float | None, now_ms: int
    ) -> tuple[int | float | str | None, ...]:
        venue, amount = self._venue, self._amount(order.amount)
        limit = None if order.limit is None else self._market.value(order.limit)
        names = (order.position_id, venue.bot, order.client_id)
        side = "buy" if order.is_buy else "sell"
        place = (order.id, venue.connection, venue.portfolio, self._market.pair_id)
        size = (limit, amount, amount, "pending", now_ms, now_ms)
        return (*place, *names, side, order.kind, *size, order.in_force, stop)

    def _log(
        self, batch: Batch, order_id: int, trade_id: int | None, event: str, level: str
    ) -> None:
        symbol = self._market.symbol
        message = f"{symbol.base}/{symbol.quote}: {event.replace('_', ' ')}"
        where = (self._venue.connection, order_id, trade_id)
        batch.add(NEW_TRADE_LOG, *where, level, event, message, "{}", batch.now_ms)
