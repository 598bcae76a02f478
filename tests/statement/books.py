"""Trades of one pair, booked without a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from cts_console.statement import Entry, Ledger, Market, Method, Period, Terms, TradeRow

BTC = Market("BTC/USDT", "BTC", "USDT", True, 1, False)
PERPETUAL = Market("BTC/USDT:USDT", "BTC", "USDT", False, 1, False)
MARKETS: Mapping[Any, Market] = {
    1: BTC,
    2: PERPETUAL,
    3: replace(PERPETUAL, contract_size=0.001),
    4: replace(PERPETUAL, symbol="BTC/USD:BTC", quote="USD", is_inverse=True),
}
ALWAYS = Period(0, 10_000, "UTC")

_ROW = TradeRow(
    id=0,
    connection=1,
    pair=1,
    side="buy",
    price=1.0,
    amount=1.0,
    fee=0.0,
    fee_currency=None,
    base_fee=None,
    executed_at=0,
    position=None,
    has_exchange_id=1,
    position_side=None,
    position_mode="hedge",
    connection_name="Main",
)


def row(side: str, amount: Any, price: Any, **more: Any) -> TradeRow:
    """Return a trade; `more` are fields of `TradeRow`."""
    return replace(_ROW, side=side, amount=amount, price=price, **more)


def booked(
    rows: Iterable[TradeRow],
    method: Method = "average",
    period: Period = ALWAYS,
    *,
    rates: Mapping[tuple[str, str], Decimal] | None = None,
    **terms: Any,
) -> tuple[Ledger, list[Entry]]:
    """Book trades, a millisecond apart where they name no time, and return what came of it."""
    numbered = [
        replace(each, id=each.id or number, executed_at=each.executed_at or number)
        for number, each in enumerate(rows, 1)
    ]
    ledger = Ledger(Terms(period, method, rates or {}, MARKETS, **terms))
    return ledger, list(ledger.book(numbered))


def kinds(ledger: Ledger) -> dict[str, int]:
    """Return how many trades were remarked upon, by kind, those without a fee left out."""
    return {r.kind: r.trades or 0 for r in ledger.remarks.listed() if r.kind != "no_fee"}
