"""Coinbase: fills of Pro and Advanced, with an id that is unique within a product."""

from __future__ import annotations

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
from cts_console.transfer.trades.values import read_decimal, read_positive, read_time


def _fill(line: int, record: Record, markets: Markets) -> FileTrade:
    pair = read_pair(record["product"])
    at_ms, resolution_ms = read_time(record["created at"])
    price = read_positive(read_decimal(record["price"], "the price"), "the price")
    amount = read_positive(read_decimal(record["size"], "the size"), "the size")
    return FileTrade(
        line=line,
        pair=pair,
        market=markets.find(pair, ("spot",)),
        side=read_side(record["side"]),
        price=price,
        amount=amount,
        # `total` has the fee in it, and the sign of what moved.
        cost=None,
        fee=read_decimal(record["fee"], "the fee"),
        fee_currency=read_name(record["price/fee/total unit"]),
        at_ms=at_ms,
        resolution_ms=resolution_ms,
        exchange_trade_id=read_name(record["trade id"]),
        exchange_order_id=None,
    )


FILLS: Final = ExchangeFormat(
    "coinbase fills",
    "coinbase",
    (
        "portfolio",
        "trade id",
        "product",
        "side",
        "created at",
        "size",
        "size unit",
        "price",
        "fee",
        "total",
        "price/fee/total unit",
    ),
    _fill,
)
