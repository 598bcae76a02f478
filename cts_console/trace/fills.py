"""What the rows of a trace say, as numbers: trades, the pair that they are of, times."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from cts_console.sqlite import SqliteValue
from cts_console.statement.fees import Fee, treat_fee
from cts_console.statement.markets import market_of
from cts_console.statement.model import Market
from cts_console.statement.numbers import EXACT, read_amount
from cts_console.trace.reading import PairRow, TradeRow

_MOST_MS: Final = 253_402_300_800_000
"""The end of the year 9999, beyond which no calendar reaches."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A trading pair with what the audit's tolerances come from."""

    market: Market
    """The pair; where the file does not describe it, what its name tells."""
    size: Decimal | None
    """Base currency in one unit of amount."""
    tick: Decimal | None
    """The least step of a price; None where it is not known."""
    step: Decimal | None
    """The least step of an amount; None where it is not known."""
    least: Decimal | None
    """The least amount that can be ordered; None where it is not known."""
    is_described: bool
    """Whether the file describes it."""

    @property
    def is_linear(self) -> bool:
        """Whether profit is a product of price and amount, in a known quote currency."""
        return not self.market.is_inverse and self.market.quote is not None


@dataclass(frozen=True, slots=True)
class Fill:
    """A trade; what cannot be read of it is None."""

    row: TradeRow
    pair: Pair
    """Its own pair, which should be that of its order."""
    at_ms: int | None
    is_buy: bool | None
    price: Decimal | None
    amount: Decimal | None
    cost: Decimal | None
    """price × amount × contract size."""
    fee: Fee | None

    @property
    def is_readable(self) -> bool:
        """Whether it can be booked."""
        return self.cost is not None and self.fee is not None and self.is_buy is not None

    @property
    def change(self) -> Decimal:
        """By how much it changes what is held; of one that is readable."""
        assert self.amount is not None
        assert self.fee is not None
        taken = self.fee.taken
        if self.is_buy:
            return EXACT.subtract(self.amount, taken)
        return EXACT.minus(EXACT.add(self.amount, taken))


def read_pair(pair: SqliteValue, row: PairRow | None) -> Pair:
    """Return the pair that a file calls `pair`; `row` is its description, if there is one."""
    if row is None:
        market = market_of(pair, {})
        return Pair(market, read_amount(market.contract_size), None, None, None, False)
    market = Market(
        symbol="" if row.symbol is None else str(row.symbol),
        base=None if row.base is None else str(row.base),
        quote=None if row.quote is None else str(row.quote),
        is_spot=None if row.market_type is None else row.market_type == "spot",
        contract_size=1 if row.contract_size is None else row.contract_size,
        is_inverse=bool(row.is_inverse),
    )
    return Pair(
        market,
        read_amount(market.contract_size),
        read_amount(row.price_tick),
        read_amount(row.amount_step),
        read_amount(row.min_amount),
        True,
    )


def read_fill(row: TradeRow, pair: Pair) -> Fill:
    """Return the numbers of a trade of `pair`."""
    price, amount = _above_zero(row.price), _above_zero(row.amount)
    size, cost = pair.size, None
    if price is not None and amount is not None and size is not None and size > 0:
        cost = EXACT.multiply(EXACT.multiply(price, amount), size)
    fee = _read_fee(row, pair.market)
    if amount is not None and fee is not None and amount <= abs(fee.taken):
        fee = None
    is_buy = {"buy": True, "sell": False}.get(str(row.side))
    return Fill(row, pair, read_instant(row.executed_at), is_buy, price, amount, cost, fee)


def read_instant(value: SqliteValue) -> int | None:
    """Return a time in milliseconds; text is UTC in any ISO 8601 form, as SQLite takes it."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        value = moment.timestamp() * 1000
    if not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return round(value) if 0 <= value < _MOST_MS else None


def _read_fee(row: TradeRow, market: Market) -> Fee | None:
    value, currency = row.fee, row.fee_currency
    if row.base_fee is not None:
        value, currency = row.base_fee, market.base
    amount = read_amount(0 if value is None else value)
    if amount is None:
        return None
    return treat_fee(amount, None if currency is None else str(currency), market, {})


def _above_zero(value: SqliteValue) -> Decimal | None:
    number = read_amount(value)
    return number if number is not None and number > 0 else None
