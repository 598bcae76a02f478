"""Pairs that a file does not describe: what their names tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cts_console.sqlite import SqliteValue
from cts_console.statement.model import Market

# Names without a sign in between end in one of these; the longer ones first. BUSD is none of them:
# ARBUSD is ARB in dollars.
_QUOTES: Final = ("FDUSD", "USDT", "USDC", "USD", "EUR", "GBP", "BTC", "ETH")


def market_of(pair: SqliteValue, markets: Mapping[SqliteValue, Market]) -> Market:
    """Return the market of a pair: as the file describes it, else what its name tells.

    Names are ccxt's (`BTC/USDT`, `BTC/USDT:USDT`), hummingbot's (`binance:BTC-USDT`), or an
    exchange's own (`BTCUSDT`), which does not tell spot from contracts.
    """
    if pair in markets:
        return markets[pair]
    name = "" if pair is None else str(pair)
    if "/" in name:
        return _ccxt(name)
    venue, colon, symbol = name.rpartition(":")
    base, dash, quote = symbol.partition("-")
    if colon and dash and base and quote:
        return Market(name, base, quote, "_perpetual" not in venue, 1, False)
    for quote in _QUOTES:
        if name.endswith(quote) and name != quote:
            # A contract against the dollar itself may be settled in the coin, and the name of
            # such a pair tells nothing of that.
            return Market(name, name.removesuffix(quote), quote, None, 1, quote == "USD")
    return Market(name, None, None, None, 1, False)


def _ccxt(name: str) -> Market:
    base, _, rest = name.partition("/")
    quote, _, settled = rest.partition(":")
    settled = settled.partition("-")[0]
    return Market(name, base, quote, not settled, 1, bool(settled) and settled == base)
