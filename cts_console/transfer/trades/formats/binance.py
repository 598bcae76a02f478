"""Binance: trade histories of spot and futures, without ids.

Amounts of the spot history carry their currency (`0.00100000BTC`). Times are UTC, to the second;
several executions of one second, price and amount are real.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from cts_console.transfer.trades.formats.format import (
    ExchangeFormat,
    Record,
    read_name,
    read_pair,
    read_side,
)
from cts_console.transfer.trades.model import FileTrade
from cts_console.transfer.trades.pairs import Markets
from cts_console.transfer.trades.values import (
    UnreadableError,
    read_decimal,
    read_positive,
    read_time,
    split_glued,
    split_pair,
)

_SPOT_TYPES: Final = ("spot",)
_FUTURES_TYPES: Final = ("swap", "future")


def _spot(line: int, record: Record, markets: Markets) -> FileTrade:
    pair = read_pair(record["pair"])
    market = markets.find(pair, _SPOT_TYPES)
    executed, amount = record["executed"], record["amount"]
    # The database knows best where the pair is cut; else the two amounts tell.
    split = (market.base, market.quote) if market else split_pair(pair, executed, amount)
    base, quote = split or (None, None)
    fee, fee_currency = _fee(record["fee"], (base, quote), quote)
    return _trade(
        line,
        record,
        pair=pair,
        markets=markets,
        types=_SPOT_TYPES,
        amount=_glued(executed, base, "the executed amount"),
        cost=_glued(amount, quote, "the amount"),
        fee=fee,
        fee_currency=fee_currency,
        side=record["side"],
    )


def _old_spot(line: int, record: Record, markets: Markets) -> FileTrade:
    return _trade(
        line,
        record,
        pair=read_pair(record["market"]),
        markets=markets,
        types=_SPOT_TYPES,
        amount=read_decimal(record["amount"], "the amount"),
        cost=read_decimal(record["total"], "the total"),
        fee=read_decimal(record["fee"], "the fee"),
        fee_currency=read_name(record["fee coin"]),
        side=record["type"],
    )


def _futures(line: int, record: Record, markets: Markets) -> FileTrade:
    pair = read_pair(record["symbol"])
    market = markets.find(pair, _FUTURES_TYPES)
    quote = read_name(record.get("quote asset", "")) or (market.quote if market else None)
    fee, fee_currency = _fee(
        record["fee"],
        (quote, market.base if market else None),
        read_name(record.get("fee coin", "")) or quote,
    )
    return _trade(
        line,
        record,
        pair=pair,
        markets=markets,
        types=_FUTURES_TYPES,
        amount=_glued(record["quantity"], market.base if market else None, "the quantity"),
        cost=_glued(record["amount"], quote, "the amount"),
        fee=fee,
        fee_currency=fee_currency,
        side=record["side"],
    )


def _trade(  # noqa: PLR0913 - each is a field of the trade
    line: int,
    record: Record,
    *,
    pair: str,
    markets: Markets,
    types: tuple[str, ...],
    amount: Decimal,
    cost: Decimal,
    fee: Decimal | None,
    fee_currency: str | None,
    side: str,
) -> FileTrade:
    at_ms, resolution_ms = read_time(record["date(utc)"])
    return FileTrade(
        line=line,
        pair=pair,
        market=markets.find(pair, types),
        side=read_side(side),
        price=read_positive(read_decimal(record["price"], "the price"), "the price"),
        amount=read_positive(amount, "the amount"),
        cost=cost,
        fee=fee,
        fee_currency=fee_currency,
        at_ms=at_ms,
        resolution_ms=resolution_ms,
        exchange_trade_id=None,
        exchange_order_id=None,
    )


def _glued(text: str, currency: str | None, what: str) -> Decimal:
    number, found = split_glued(text, (currency,))
    if number is None or (currency and found not in (None, currency)):
        raise UnreadableError(f"{what} is {text.strip()[:60]!r}, no number of {currency or 'any'}")
    return number


def _fee(
    text: str, known: tuple[str | None, ...], usual: str | None
) -> tuple[Decimal | None, str | None]:
    if read_name(text) is None:
        return None, None
    number, currency = split_glued(text, (*known, "BNB"))
    if number is None:
        raise UnreadableError(f"the fee is {text.strip()[:60]!r}, which is no amount")
    return number, currency or usual


SPOT: Final = ExchangeFormat(
    "binance spot",
    "binance",
    ("date(utc)", "pair", "side", "price", "executed", "amount", "fee"),
    _spot,
)
OLD_SPOT: Final = ExchangeFormat(
    "binance spot, older",
    "binance",
    ("date(utc)", "market", "type", "price", "amount", "total", "fee", "fee coin"),
    _old_spot,
)
FUTURES: Final = ExchangeFormat(
    "binance futures",
    "binance",
    ("date(utc)", "symbol", "side", "price", "quantity", "amount", "fee", "realized profit"),
    _futures,
)
