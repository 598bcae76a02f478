"""Books every execution, one after the other, and adds up what the period brought.

There is one book per connection and pair, and where an account holds long and short side by side
one per side. Rows come ordered by connection, pair, time and id; memory holds one pair's books, a
line per pair, and the lots that are not sold yet.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from itertools import groupby
from typing import Final

from cts_console.sqlite import SqliteValue
from cts_console.statement.fees import Fee, FeeBook, Rates, treat_fee
from cts_console.statement.inventory import Holding, Inventory, Method, Move, Side
from cts_console.statement.markets import market_of
from cts_console.statement.model import (
    BookSide,
    Entry,
    Market,
    PositionLine,
    SymbolLine,
    TradeRow,
)
from cts_console.statement.numbers import EXACT, ZERO, read_amount
from cts_console.statement.period import Period
from cts_console.statement.remarks import Remarks

_LONG: Final[frozenset[Side]] = frozenset({"long"})
_SHORT: Final[frozenset[Side]] = frozenset({"short"})
_BOTH: Final[frozenset[Side]] = frozenset({"long", "short"})


@dataclass(frozen=True, slots=True)
class Terms:
    """By what a statement is made."""

    period: Period
    method: Method
    rates: Rates
    markets: Mapping[SqliteValue, Market]
    """The pairs that the file describes; `market_of` reads any other off its name."""
    repeated: Mapping[SqliteValue, str] = field(default_factory=dict)
    """Trades that were recorded before -> "twice" or "twice_otherwise"."""
    watched: Collection[SqliteValue] = frozenset()
    """Positions whose own profit is compared."""
    keeps_fees: bool = True
    """Whether a trade without a fee was free."""


@dataclass(slots=True)
class PositionTally:
    """What the trades of one position came to."""

    gross: Decimal = ZERO
    fees: Decimal = ZERO
    is_whole: bool = True
    """Whether every trade of it could be counted."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A trade whose values can be used."""

    row: TradeRow
    at_ms: int
    is_buy: bool
    price: Decimal
    amount: Decimal
    fee: Fee
    size: Decimal


class Ledger:
    """Takes executions and gives the entries of the period; then the sums stand in its fields."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self.symbols: list[SymbolLine] = []
        self.positions: list[PositionLine] = []
        self.fees = FeeBook()
        self.remarks = Remarks()
        self.tallies: dict[SqliteValue, PositionTally] = {}
        self.market_kinds_unknown = 0
        """Pairs of which the file does not tell whether they are spot."""
        self.markets_read_off_names = 0
        """Pairs that the file does not describe."""

    def book(self, rows: Iterable[TradeRow]) -> Iterator[Entry]:
        """Book `rows` and yield the trades of the period, pair by pair, in the order of time."""
        for (_, name), trades in groupby(rows, key=lambda row: (row.connection, row.pair)):
            pair = _Pair(self, self._terms, market_of(name, self._terms.markets))
            self.markets_read_off_names += name not in self._terms.markets
            for row in trades:
                entry = pair.book(row)
                if entry is not None:
                    yield entry
            pair.close()


class _Pair:
    """The books of one pair on one connection."""

    def __init__(self, ledger: Ledger, terms: Terms, market: Market) -> None:
        self._ledger = ledger
        self._terms = terms
        self._market = market
        self._size = read_amount(market.contract_size)
        self._books: dict[BookSide, Inventory] = {}
        self._opening: dict[BookSide, Holding] = {}
        self._remarks = Remarks()
        self._unlinked = Remarks()
        self._sides: set[SqliteValue] = set()
        self._connection = ""
        self._trades = 0
        self._bought = self._sold = self._turnover = self._gross = self._fees = ZERO

    def book(self, row: TradeRow) -> Entry | None:
        """Book one trade; return it where it is of the period."""
        self._connection = str(row.connection_name or row.connection or "")
        with localcontext(EXACT):
            read = self._read(row)
            if read is None:
                self._spoil(row)
                return None
            return self._book(read)

    def close(self) -> None:
        """Hand over the sums."""
        if self._unlinked_matter():
            self._remarks.take(self._unlinked)
        elif self._market.is_spot is False:
            self._remarks.take(self._unlinked, "no_position")
        ledger = self._ledger
        ledger.remarks.take(self._remarks)
        ledger.market_kinds_unknown += self._market.is_spot is None
        for side, inventory in self._books.items():
            closing = inventory.holding
            opening = self._opening.get(side, closing)
            if opening.quantity or closing.quantity:
                ledger.positions.append(
                    PositionLine(self._connection, self._market.symbol, side, opening, closing)
                )
        if self._trades:
            ledger.symbols.append(self._line())

    def _line(self) -> SymbolLine:
        return SymbolLine(
            connection=self._connection,
            symbol=self._market.symbol,
            quote=self._market.quote,
            trades=self._trades,
            bought=self._bought,
            sold=self._sold,
            turnover=self._turnover,
            gross=self._gross,
            fees=self._fees,
            net=EXACT.subtract(self._gross, self._fees),
        )

    def _unlinked_matter(self) -> bool:
        """Return whether trades without a position may belong to another book than they went to."""
        return bool(self._sides) and not (self._market.is_spot and self._sides == {"long"})

    def _read(self, row: TradeRow) -> _Read | None:
        """Return the values of a row, or remark why it is not counted."""
        is_of_period = self._is_of_period(row.executed_at)
        repeated = self._terms.repeated.get(row.id)
        if repeated is not None:
            self._remarks.add(repeated, row.id, is_of_period)
            return None
        price, amount = read_amount(row.price), read_amount(row.amount)
        size = self._size
        fee = self._read_fee(row)
        if (
            price is None
            or amount is None
            or size is None
            or fee is None
            or min(price, amount, size) <= 0
            or amount <= abs(fee.taken)
            or row.side not in ("buy", "sell")
            or not isinstance(row.executed_at, int | float)
            or not math.isfinite(row.executed_at)
        ):
            self._remarks.add("unreadable", row.id, is_of_period)
            return None
        if self._market.is_inverse or self._market.quote is None:
            kind = "inverse" if self._market.is_inverse else "market_unknown"
            self._remarks.add(kind, row.id, is_of_period)
            return None
        is_buy = row.side == "buy"
        return _Read(row, int(row.executed_at), is_buy, price, amount, fee, size)

    def _read_fee(self, row: TradeRow) -> Fee | None:
        value, currency = row.fee, row.fee_currency
        if row.base_fee is not None:
            value, currency = row.base_fee, self._market.base
        amount = read_amount(0 if value is None else value)
        if amount is None:
            return None
        told = None if currency is None else str(currency)
        return treat_fee(amount, told, self._market, self._terms.rates)

    def _book(self, read: _Read) -> Entry | None:
        row, fee = read.row, read.fee
        is_of_period = self._is_of_period(read.at_ms)
        side = self._book_side(row)
        book = self._books.setdefault(side, Inventory(self._terms.method))
        if is_of_period and side not in self._opening:
            self._opening[side] = book.holding
        cost = read.price * read.amount * read.size
        change = read.amount - fee.taken if read.is_buy else -(read.amount + fee.taken)
        move = book.apply(change, cost, self._enters(side, row))
        self._remark(read, move, is_of_period)
        self._tally(read, move)
        if not is_of_period:
            return None
        self._add_up(read, cost, move)
        return Entry(
            at_ms=read.at_ms,
            id=row.id,
            connection=self._connection,
            symbol=self._market.symbol,
            book=side,
            side="buy" if read.is_buy else "sell",
            price=read.price,
            amount=read.amount,
            cost=cost,
            fee=fee.amount,
            fee_currency=fee.currency,
            realised=move.realised,
            position=book.holding.quantity,
        )

    def _book_side(self, row: TradeRow) -> BookSide:
        if row.position_mode == "oneway":
            return "net"
        if row.position_side == "long":
            return "long"
        if row.position_side == "short":
            return "short"
        # What is bought on a spot market is held, whichever position it was for.
        return "net" if self._market.is_spot is False else "long"

    def _enters(self, side: BookSide, row: TradeRow) -> frozenset[Side]:
        if side != "net":
            return _LONG if side == "long" else _SHORT
        can_be_short = self._market.is_spot is False or row.position_side == "short"
        return _BOTH if can_be_short else _LONG

    def _remark(self, read: _Read, move: Move, is_of_period: bool) -> None:
        row, remarks = read.row, self._remarks
        if move.unexplained:
            remarks.add("before_the_records", row.id, is_of_period)
        if read.fee.treatment == "not converted" and is_of_period:
            remarks.add("fee_not_converted", row.id, True)
        if not read.fee.amount and is_of_period:
            kind = "no_fee" if self._terms.keeps_fees else "fees_not_kept"
            remarks.add(kind, row.id, True)
        if not row.has_exchange_id:
            remarks.add("no_exchange_id", row.id, is_of_period)
        if row.position_mode == "oneway":
            return
        if row.position_side is None:
            self._unlinked.add("side_unknown", row.id, is_of_period)
        else:
            self._sides.add(row.position_side)

    def _tally(self, read: _Read, move: Move) -> None:
        tally = self._tally_of(read.row)
        if tally is None:
            return
        tally.gross += move.realised or ZERO
        tally.fees += read.fee.counted
        if move.unexplained or read.fee.treatment == "not converted":
            tally.is_whole = False

    def _spoil(self, row: TradeRow) -> None:
        tally = self._tally_of(row)
        if tally is not None and self._terms.repeated.get(row.id) != "twice":
            tally.is_whole = False

    def _tally_of(self, row: TradeRow) -> PositionTally | None:
        if row.position not in self._terms.watched:
            return None
        return self._ledger.tallies.setdefault(row.position, PositionTally())

    def _add_up(self, read: _Read, cost: Decimal, move: Move) -> None:
        self._trades += 1
        if read.is_buy:
            self._bought += read.amount
        else:
            self._sold += read.amount
        self._turnover += cost
        self._gross += move.realised or ZERO
        self._fees += read.fee.counted
        self._ledger.fees.add(read.fee, self._market.quote)

    def _is_of_period(self, at_ms: SqliteValue) -> bool:
        period = self._terms.period
        return isinstance(at_ms, int | float) and period.start_ms <= at_ms < period.end_ms
