"""Bybit: spot trades of the unified account, with ids and times that may have minutes alone.

A fee is taken from what was received: from the base currency of a buy, the quote of a sell, unless
the column `feeCoin` says otherwise. `Order No.` is often cut to its last eight digits, which name
no order; only a longer one is taken for the order's id.
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
from cts_console.transfer.trades.model import FileTrade, Side
from cts_console.transfer.trades.pairs import MarketPair, Markets
from cts_console.transfer.trades.values import read_decimal, read_positive, read_time

_CUT_ORDER_DIGITS: Final = 8


def _trade(line: int, record: Record, markets: Markets) -> FileTrade:
    pair = read_pair(record["spot pairs"])
    market = markets.find(pair, ("spot",))
    side = read_side(record["direction"])
    at_ms, resolution_ms = read_time(record["timestamp (utc)"])
    fee, fee_currency = _read_fee(record, side, market)
    order = read_name(record["order no."])
    return FileTrade(
        line=line,
        pair=pair,
        market=market,
        side=side,
        price=read_positive(read_decimal(record["filled price"], "the price"), "the price"),
        amount=read_positive(
            read_decimal(record["filled quantity"], "the quantity"), "the quantity"
        ),
        cost=read_decimal(record["filled value"], "the value"),
        fee=fee,
        fee_currency=fee_currency,
        at_ms=at_ms,
        resolution_ms=resolution_ms,
        exchange_trade_id=read_name(record["transaction id"]),
        exchange_order_id=order if order and len(order) > _CUT_ORDER_DIGITS else None,
    )


def _read_fee(
    record: Record, side: Side, market: MarketPair | None
) -> tuple[Decimal | None, str | None]:
    coin = read_name(record.get("feecoin", ""))
    exact = read_name(record.get("execfeev2", ""))
    if coin and exact:
        return read_decimal(exact, "the fee"), coin
    if read_name(record["fees"]) is None:
        return None, None
    received = None
    if market is not None:
        received = market.base if side == "buy" else market.quote
    return read_decimal(record["fees"], "the fee"), coin or received


_COLUMNS: Final = (
    "spot pairs",
    "order type",
    "direction",
    "filled value",
    "filled price",
    "filled quantity",
    "fees",
    "transaction id",
    "order no.",
    "timestamp (utc)",
)
SPOT: Final = ExchangeFormat("bybit spot", "bybit", _COLUMNS, _trade)
SPOT_FEE_COIN: Final = ExchangeFormat(
    "bybit spot with fee coin", "bybit", (*_COLUMNS, "feecoin", "execfeev2"), _trade
)
