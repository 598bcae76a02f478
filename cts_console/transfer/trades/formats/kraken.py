"""Kraken: the trades history, with ids of trade and order; fees are in the quote currency.

Assets have old names: XBT is BTC, XDG is DOGE, and X or Z may stand before them (`XXBTZEUR`).
"""

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
from cts_console.transfer.trades.pairs import Markets, new_name
from cts_console.transfer.trades.values import read_decimal, read_positive, read_time


def _trade(line: int, record: Record, markets: Markets) -> FileTrade:
    pair = read_pair(record["pair"])
    market = markets.find(pair, ("spot",))
    written_quote = pair.partition("/")[2]
    quote = market.quote if market else new_name(written_quote) or None
    at_ms, resolution_ms = read_time(record["time"])
    return FileTrade(
        line=line,
        pair=pair,
        market=market,
        side=read_side(record["type"]),
        price=read_positive(read_decimal(record["price"], "the price"), "the price"),
        amount=read_positive(read_decimal(record["vol"], "the volume"), "the volume"),
        cost=read_decimal(record["cost"], "the cost"),
        fee=read_decimal(record["fee"], "the fee"),
        fee_currency=quote,
        at_ms=at_ms,
        resolution_ms=resolution_ms,
        exchange_trade_id=read_name(record["txid"]),
        exchange_order_id=read_name(record["ordertxid"]),
    )


TRADES: Final = ExchangeFormat(
    "kraken trades",
    "kraken",
    ("txid", "ordertxid", "pair", "time", "type", "price", "cost", "fee", "vol"),
    _trade,
)
