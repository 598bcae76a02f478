"""What holds for every list of trades."""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cts_console.statement.numbers import EXACT
from cts_console.trace import trace_document
from cts_console.trace.book import Book
from cts_console.trace.fills import read_fill, read_pair
from cts_console.trace.reading import PairRow, TradeRow
from tests.trace.ledgers import NOW, Ledger

BTC = read_pair(1, PairRow(1, "BTC/USDT", "BTC", "USDT", "spot", 1, 0.01, 0.001, 0.0, 0))
SWAP = read_pair(2, PairRow(2, "BTC/USDT:USDT", "BTC", "USDT", "swap", 0.001, 0.1, 1, 1, 0))
_AMOUNTS = st.integers(1, 10**9).map(lambda n: n / 1000)
_FEES = _AMOUNTS.map(lambda amount: amount / 1e4)
_TRADES = st.lists(
    st.tuples(
        st.sampled_from(["buy", "sell"]), _AMOUNTS, _AMOUNTS, _AMOUNTS.map(lambda a: a / 1e4)
    ),
    min_size=1,
    max_size=12,
)


def booked(trades: list[tuple[str, float, float, float]], pair=BTC, currency="USDT") -> Book:
    book, numbers = Book(pair), count(1)
    for side, amount, price, fee in trades:
        row = TradeRow(
            next(numbers), 1, 1, 1, 1, side, price, amount, None, fee, currency, None, 1, None, None
        )
        book.apply(read_fill(row, pair))
    return book


def signed(trades: list[tuple[str, float, float, float]]) -> Decimal:
    sizes = ((side, Decimal(repr(amount))) for side, amount, _, _ in trades)
    return sum((size if side == "buy" else -size for side, size in sizes), Decimal(0))


@given(_TRADES, st.sampled_from([BTC, SWAP]))
def test_what_is_held_is_the_signed_sum_of_the_amounts(trades, pair):
    book = booked(trades, pair)
    assert book.quantity == signed(trades)


@given(_TRADES)
def test_a_flat_book_has_earned_what_came_in_less_what_went_out(trades):
    rest = signed(trades)
    if rest:
        closing = ("sell" if rest > 0 else "buy", float(abs(rest)), 1.5, 0.0)
        trades = [*trades, closing]
    book = booked(trades)
    assert book.quantity == 0
    assert book.average is None
    assert book.gross == book.flow
    assert book.flow is not None
    assert book.pnl == EXACT.subtract(book.flow, book.fees)


@given(_TRADES)
def test_fees_in_the_coin_are_all_of_the_difference(trades):
    book = booked(trades, currency="BTC")
    if book.quantity is not None:
        fees = sum((Decimal(repr(fee)) for *_, fee in trades), Decimal(0))
        assert book.quantity == EXACT.subtract(signed(trades), fees)
        assert book.fees == 0


@settings(max_examples=8)
@given(trades=_TRADES)
def test_the_last_event_of_a_file_says_the_same(trades, tmp_path_factory: pytest.TempPathFactory):
    path: Path = tmp_path_factory.mktemp("any") / "any.db"
    ledger = Ledger(path, pair=2)
    for side, amount, price, _ in trades:
        ledger.trade(side, amount, price)
    ledger.settle(quantity=float(abs(signed(trades))))
    assert ledger.trace().events[-1].quantity == signed(trades)


_VALUES = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.binary(max_size=6),
    st.sampled_from(["1.5", "1e400", "-0", "buy", "long", "2024-01-01", 1e17, 1e-30, NOW]),
)
_CHANGED = {
    "trades": "side price amount cost fee fee_currency executed_at",
    "orders": "side amount filled average_price status closed_at",
    "positions": "side status quantity entry_price realized_pnl funding_paid opened_at closed_at",
    "trading_pairs": "symbol quote_currency market_type contract_size price_tick amount_step",
}
_COLUMNS = st.sampled_from(
    [(table, name) for table in _CHANGED for name in _CHANGED[table].split()]
)


@settings(max_examples=60)
@given(changes=st.lists(st.tuples(_COLUMNS, _VALUES, st.integers(1, 3)), min_size=1, max_size=4))
def test_no_value_of_a_file_breaks_it(changes, tmp_path_factory: pytest.TempPathFactory):
    path: Path = tmp_path_factory.mktemp("odd") / "odd.db"
    ledger = Ledger(path)
    ledger.trade("buy", 2.0, 100.0, fee=0.1, fee_currency="USDT", cost=200.0)
    ledger.trade("buy", 1.0, 101.0, fee=0.001, fee_currency="BTC", realized_pnl=0.0)
    ledger.trade("sell", 2.999, 102.0, realized_pnl=5.0)
    ledger.close(quantity=3.0, entry_price=100.3, realized_pnl=5.0)
    for (table, name), value, row in changes:
        where = "" if table in ("positions", "trading_pairs") else f" WHERE id % 100 = {row}"
        ledger.change(f"UPDATE {table} SET {name} = ?{where}", value)
    for kind, key in (("position", 7), ("order", 101)):
        trace = ledger.trace(kind, key)
        assert json.dumps(trace_document(trace), allow_nan=False)
        assert trace.events
