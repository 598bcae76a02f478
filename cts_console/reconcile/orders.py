"""Write missing trades with their orders, in the open transaction, so that every rule holds.

An order that is there is used. One that is not is made up: a market order, filled, that lived from
its first trade to its last. Its `client_order_id` begins with `import:`, and where the exchange's
id is not known, `exchange_order_id` is the same. Trades belong to no position: none is invented.

Each trade is looked for once more under the write lock, by its id and by its contents, and the
UNIQUE constraints of orders and trades are behind that: no trade can be imported twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import partial
from typing import Final

from cts_console.errors import CtsError
from cts_console.reconcile.model import Refusal, Written
from cts_console.sqlite import Connection
from cts_console.transfer.trades import (
    IMPORT_MARK,
    Account,
    MissingTrade,
    OrderUnit,
    count_equals,
    is_missing_id,
)

_EXACT: Final = Context(prec=200)
_BY_ID: Final = """
SELECT 1 FROM trades
WHERE connection_id = ? AND exchange_trade_id = ? AND trading_pair_id = ? AND side = ?
"""
_NEAR: Final = """
SELECT price, amount, executed_at, exchange_trade_id FROM trades
WHERE connection_id = ? AND executed_at BETWEEN ? AND ? AND trading_pair_id = ? AND side = ?
  AND price BETWEEN ? AND ? AND amount BETWEEN ? AND ?
"""
_COARSEST_MS: Final = 60_000
# Wider than 15 equal digits: it only keeps rows from being looked at one by one.
_BELOW: Final = 1 - 1e-12
_ABOVE: Final = 1 + 1e-12
_ORDER: Final = """
SELECT id, trading_pair_id, side, client_order_id FROM orders
WHERE connection_id = ?1 AND (exchange_order_id = ?2 OR client_order_id = ?3)
ORDER BY exchange_order_id IS ?2 DESC LIMIT 1
"""
_NEW_ORDER: Final = """
INSERT INTO orders (connection_id, trading_pair_id, client_order_id, exchange_order_id, side,
  order_type, amount, filled, remaining, average_price, fee_total, status, created_at, updated_at,
  submitted_at, closed_at)
VALUES (?, ?, ?, ?, ?, 'market', ?, ?, 0, ?, ?, 'filled', ?, ?, ?, ?) RETURNING id
"""
_GROWN_ORDER: Final = """
UPDATE orders SET amount = ?, filled = ?, average_price = ?, fee_total = ?, created_at = ?,
  submitted_at = ?, closed_at = ?, updated_at = ?
WHERE id = ?
"""
_FILLS: Final = """
SELECT price, amount, fee, fee_currency, executed_at FROM trades WHERE order_id = ?
"""
_NEW_TRADE: Final = """
INSERT INTO trades (connection_id, order_id, trading_pair_id, exchange_trade_id, side, price,
  amount, cost, fee, fee_currency, is_maker, executed_at, recorded_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


@dataclass(frozen=True, slots=True)
class _Fill:
    price: Decimal
    amount: Decimal
    fee: Decimal
    fee_currency: str | None
    at_ms: int


class OrderWriter:
    """Writes units, one by one, and counts."""

    def __init__(
        self, connection: Connection, account: Account, missing: Connection, now_ms: int
    ) -> None:
        self._connection = connection
        self._missing = missing
        self._account = account
        self._now_ms = now_ms
        self.written: Final = Written()
        """What has been written so far."""

    def write(self, unit: OrderUnit) -> None:
        """Write what is still missing of a unit. Raises `CtsError`, which names its first line."""
        try:
            self._write(unit)
        except CtsError as error:
            if error.code != "constraint":
                raise
            raise CtsError(
                "constraint",
                error.title,
                f"The trades of line {unit.trades[0].line:,} were refused: {error.message}",
                "Correct the file, or leave these lines out.",
            ) from error

    def _write(self, unit: OrderUnit) -> None:
        missing = [trade for trade in unit.trades if not self._is_there(unit, trade)]
        self.written.already_there += len(unit.trades) - len(missing)
        if not missing:
            return
        order_id = unit.order_id or unit.client_order_id
        found = self._connection.read_row(
            _ORDER, (self._account.id, order_id, unit.client_order_id)
        )
        if found is None:
            order = self._make_order(unit, order_id, missing)
        elif (found[1], found[2]) != (unit.pair, unit.side):
            self._refuse(missing, f"order {order_id} is of another pair or side")
            return
        else:
            order = int(str(found[0]))
            self.written.orders_used += 1
        self._add_trades(order, unit, missing)
        if found is not None and str(found[3]).startswith(IMPORT_MARK):
            self._grow_order(order)

    def _is_there(self, unit: OrderUnit, trade: MissingTrade) -> bool:
        """Return whether somebody wrote the trade since the comparison."""
        named = (self._account.id, trade.trade_id, unit.pair, unit.side)
        if self._connection.read_row(_BY_ID, named) is not None:
            return True
        minute = trade.at_ms // _COARSEST_MS * _COARSEST_MS
        price, amount = float(trade.price), float(trade.amount)
        rows = self._connection.read_rows(
            _NEAR,
            (
                self._account.id,
                minute,
                minute + _COARSEST_MS - 1,
                unit.pair,
                unit.side,
                *(price * _BELOW, price * _ABOVE),
                *(amount * _BELOW, amount * _ABOVE),
            ),
        )
        there = count_equals(
            rows,
            trade.price_key,
            trade.amount_key,
            trade.at_ms,
            trade.resolution_ms,
            # Its equals of the same file are other trades, and have ids of their own.
            partial(is_missing_id, self._missing),
        )
        return there >= trade.number

    def _make_order(self, unit: OrderUnit, order_id: str, missing: Sequence[MissingTrade]) -> int:
        fills = [_fill(trade) for trade in missing]
        amount, average, fees, first, last = _summed(fills)
        self.written.orders_made += 1
        return self._connection.read_int(
            _NEW_ORDER,
            (
                self._account.id,
                unit.pair,
                unit.client_order_id,
                order_id,
                unit.side,
                amount,
                amount,
                average,
                fees,
                first,
                last,
                first,
                last,
            ),
        )

    def _grow_order(self, order: int) -> None:
        """Let an order that an earlier import made up cover its new trades, too."""
        fills = [
            _Fill(
                _decimal(price),
                _decimal(amount),
                _decimal(fee),
                None if currency is None else str(currency),
                int(str(at)),
            )
            for price, amount, fee, currency, at in self._connection.read_rows(_FILLS, (order,))
        ]
        amount, average, fees, first, last = _summed(fills)
        self._connection.execute(
            _GROWN_ORDER, (amount, amount, average, fees, first, first, last, last, order)
        )

    def _add_trades(self, order: int, unit: OrderUnit, missing: Sequence[MissingTrade]) -> None:
        for trade in missing:
            fill = _fill(trade)
            cost = _EXACT.multiply(
                _EXACT.multiply(fill.price, fill.amount), Decimal(trade.contract_size)
            )
            self._connection.execute(
                _NEW_TRADE,
                (
                    self._account.id,
                    order,
                    unit.pair,
                    trade.trade_id,
                    unit.side,
                    float(fill.price),
                    float(fill.amount),
                    float(cost),
                    float(fill.fee),
                    fill.fee_currency,
                    # Only a maker is paid for trading; nothing else tells.
                    int(fill.fee < 0),
                    fill.at_ms,
                    max(self._now_ms, fill.at_ms),
                ),
            )
        self.written.trades += len(missing)

    def _refuse(self, missing: Sequence[MissingTrade], reason: str) -> None:
        self.written.refusals.append(Refusal(missing[0].line, len(missing), reason))


def _fill(trade: MissingTrade) -> _Fill:
    return _Fill(
        Decimal(trade.price),
        Decimal(trade.amount),
        Decimal(trade.fee or 0),
        # Without a fee the currency stays open: the fee may be set later, once.
        None if trade.fee is None else trade.fee_currency,
        trade.at_ms,
    )


def _summed(fills: Iterable[_Fill]) -> tuple[float, float, float, int, int]:
    """Return amount, average price, fees, and the times of the first and the last fill.

    Fees in several currencies have no sum; then only those in the currency of the first count.
    """
    every = list(fills)
    amount = paid = fees = Decimal(0)
    for fill in every:
        amount = _EXACT.add(amount, fill.amount)
        paid = _EXACT.add(paid, _EXACT.multiply(fill.price, fill.amount))
        if fill.fee_currency == every[0].fee_currency:
            fees = _EXACT.add(fees, fill.fee)
    times = [fill.at_ms for fill in every]
    return (
        float(amount),
        float(_EXACT.divide(paid, amount)),
        float(fees),
        min(times),
        max(times),
    )


def _decimal(value: object) -> Decimal:
    """Return a REAL as its shortest decimal."""
    return Decimal(repr(float(str(value))))
