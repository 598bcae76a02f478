"""Cases computed by hand: both methods, both sides, flips, fees, what cannot be counted."""

from __future__ import annotations

import math
import tracemalloc
from dataclasses import replace
from decimal import Decimal

import pytest

from cts_console.statement import Entry, Ledger, Method, Period, Terms
from cts_console.statement.fees import read_rates
from tests.statement.books import MARKETS, booked, kinds, row


def realised(entries: list[Entry]) -> list[Decimal | None]:
    return [entry.realised for entry in entries]


@pytest.mark.parametrize(
    ("method", "gains", "left"),
    # 1 at 100 and 1 at 200; 1 sold at 250: 250 - 150, or 250 - 100. Then half a coin at 100.
    [
        ("average", [Decimal(100), Decimal(-25)], Decimal(75)),
        ("fifo", [Decimal(150), Decimal(-50)], Decimal(100)),
    ],
)
def test_long(method: Method, gains: list[Decimal], left: Decimal) -> None:
    trades = [
        row("buy", 1.0, 100.0),
        row("buy", 1.0, 200.0),
        row("sell", 1.0, 250.0),
        row("sell", 0.5, 100.0),
    ]
    ledger, entries = booked(trades, method)
    assert realised(entries) == [None, None, *gains]
    (line,) = ledger.positions
    assert (line.opening.quantity, line.closing.quantity, line.closing.value) == (
        Decimal(0),
        Decimal("0.5"),
        left,
    )
    (symbol,) = ledger.symbols
    assert (symbol.gross, symbol.bought, symbol.sold) == (sum(gains), Decimal(2), Decimal("1.5"))
    assert symbol.turnover == 100 + 200 + 250 + 50


@pytest.mark.parametrize(
    ("method", "gains"),
    [("average", [Decimal(50), Decimal(-50)]), ("fifo", [Decimal(0), Decimal(0)])],
)
def test_short(method: Method, gains: list[Decimal]) -> None:
    # Sold 1 at 100 and 1 at 200 (150 on average), bought back at 100 and at 200.
    trades = [
        row("sell", 1.0, 100.0, pair=2),
        row("sell", 1.0, 200.0, pair=2),
        row("buy", 1.0, 100.0, pair=2),
        row("buy", 1.0, 200.0, pair=2),
    ]
    ledger, entries = booked(trades, method)
    assert realised(entries) == [None, None, *gains]
    assert [entry.position for entry in entries] == [-1, -2, -1, 0]
    assert ledger.positions == []
    assert kinds(ledger) == {"no_position": 4}


@pytest.mark.parametrize("method", ["average", "fifo"])
def test_a_trade_that_turns_a_position(method: Method) -> None:
    # Long 2 at 100; 5 sold at 110: 2 of them earn 20, 3 are a short at 110, bought back at 100.
    trades = [
        row("buy", 2.0, 100.0, pair=2),
        row("sell", 5.0, 110.0, pair=2),
        row("buy", 3.0, 100.0, pair=2),
    ]
    _, entries = booked(trades, method)
    assert realised(entries) == [None, 20, 30]
    assert [entry.position for entry in entries] == [2, -3, 0]


def test_long_and_short_side_by_side_do_not_touch_each_other() -> None:
    trades = [
        row("buy", 1.0, 100.0, pair=2, position=1, position_side="long"),
        row("sell", 1.0, 110.0, pair=2, position=2, position_side="short"),
        row("sell", 1.0, 120.0, pair=2, position=1, position_side="long"),
        row("buy", 1.0, 105.0, pair=2, position=2, position_side="short"),
    ]
    ledger, entries = booked(trades, watched={1, 2})
    assert realised(entries) == [None, None, 20, 5]
    assert [entry.book for entry in entries] == ["long", "short", "long", "short"]
    assert {key: tally.gross for key, tally in ledger.tallies.items()} == {1: 20, 2: 5}
    # In one-way mode the second trade closes the first.
    _, entries = booked([replace(trade, position_mode="oneway") for trade in trades])
    assert realised(entries) == [None, 10, None, 15]


def test_contract_size_counts() -> None:
    _, entries = booked([row("buy", 10.0, 100.0, pair=3), row("sell", 10.0, 150.0, pair=3)])
    assert [entry.cost for entry in entries] == [1, Decimal("1.5")]
    assert entries[1].realised == Decimal("0.5")


def test_what_was_held_before_the_period() -> None:
    trades = [
        row("buy", 1.0, 100.0, executed_at=10),
        row("buy", 1.0, 300.0, executed_at=99),
        row("sell", 1.0, 250.0, executed_at=100),
    ]
    ledger, entries = booked(trades, period=Period(100, 200, "UTC"))
    assert [(entry.at_ms, entry.realised) for entry in entries] == [(100, Decimal(50))]
    (line,) = ledger.positions
    assert (line.opening.quantity, line.opening.value) == (Decimal(2), Decimal(400))
    assert (line.closing.quantity, line.closing.value) == (Decimal(1), Decimal(200))


def test_an_empty_period_keeps_what_is_held() -> None:
    ledger, entries = booked([row("buy", 1.0, 100.0)], period=Period(5_000, 6_000, "UTC"))
    assert (entries, ledger.symbols) == ([], [])
    (line,) = ledger.positions
    assert line.opening == line.closing


def test_fees_in_the_quote_currency_reduce_the_profit_when_they_are_paid() -> None:
    trades = [
        row("buy", 1.0, 100.0, fee=0.1, fee_currency="USDT"),
        row("sell", 1.0, 110.0, fee=-0.02, fee_currency="usdt"),
    ]
    ledger, _ = booked(trades)
    (symbol,) = ledger.symbols
    assert (symbol.gross, symbol.fees, symbol.net) == (
        Decimal(10),
        Decimal("0.08"),
        Decimal("9.92"),
    )
    assert [line.treatment for line in ledger.fees.listed()] == ["subtracted", "subtracted"]


def test_fees_in_the_base_currency_change_the_amount() -> None:
    # 0.999 of a coin arrive for 100; all of it is sold at 200, of which 0.001 is the fee.
    trades = [
        row("buy", 1.0, 100.0, fee=0.001, fee_currency="BTC"),
        row("sell", 0.998, 200.0, fee=0.001, fee_currency="BTC"),
    ]
    ledger, entries = booked(trades)
    assert [entry.position for entry in entries] == [Decimal("0.999"), 0]
    assert entries[1].realised == Decimal("199.6") - 100
    (fee,) = ledger.fees.listed()
    assert (fee.currency, fee.treatment, fee.amount) == (
        "BTC",
        "taken from the amount",
        Decimal("0.002"),
    )
    assert ledger.symbols[0].fees == 0
    assert kinds(ledger) == {}


def test_fees_in_a_third_currency_are_listed_or_counted_at_a_rate() -> None:
    trades = [row("buy", 1.0, 100.0, fee=0.01, fee_currency="BNB")]
    ledger, _ = booked(trades)
    assert kinds(ledger) == {"fee_not_converted": 1}
    assert ledger.symbols[0].fees == 0
    (rate,) = read_rates(["BNB=USDT:312.5"])
    ledger, _ = booked(trades, rates={(rate.currency, rate.quote): rate.price})
    assert kinds(ledger) == {}
    assert ledger.symbols[0].net == Decimal("-3.125")
    (fee,) = ledger.fees.listed()
    assert fee.in_quote == (("USDT", Decimal("3.125")),)


def test_more_is_sold_on_spot_than_is_known_to_be_held() -> None:
    ledger, entries = booked([row("buy", 1.0, 100.0), row("sell", 4.0, 150.0)])
    # A quarter of the sale was bought here.
    assert entries[1].realised == 50
    assert entries[1].position == 0
    assert kinds(ledger) == {"before_the_records": 1}
    assert ledger.remarks.listed()[0].is_incomplete


def test_what_cannot_be_read_is_not_counted() -> None:
    bad = [
        row("buy", 1.0, None),
        row("buy", "1,5", 100.0),
        row("buy", "1e400", 100.0),
        row("buy", float("inf"), 100.0),
        row("buy", -1.0, 100.0),
        row("hold", 1.0, 100.0),
        row("buy", 1.0, 100.0, fee="free"),
        row("buy", 1.0, 100.0, executed_at="yesterday"),
        row("buy", 1.0, 100.0, executed_at=-math.inf),
        row("buy", 1.0, 100.0, fee=1.0, fee_currency="BTC"),
        row("buy", b"\x01", 100.0),
    ]
    ledger, entries = booked([*bad, row("buy", "0.10", 7)])
    assert [(entry.amount, entry.price) for entry in entries] == [(Decimal("0.10"), Decimal(7))]
    assert kinds(ledger) == {"unreadable": len(bad)}


def test_inverse_contracts_and_unknown_pairs_are_not_computed() -> None:
    pairs = (4, None, 17, "odd")
    ledger, entries = booked([row("buy", 1.0, 1.0, pair=pair) for pair in pairs])
    assert entries == []
    assert kinds(ledger) == {"inverse": 1, "market_unknown": 3}


def test_a_trade_that_was_recorded_twice_counts_once() -> None:
    trades = [row("buy", 1.0, 100.0), row("buy", 1.0, 100.0), row("buy", 2.0, 100.0)]
    ledger, entries = booked(trades, repeated={2: "twice", 3: "twice_otherwise"})
    assert [entry.id for entry in entries] == [1]
    assert kinds(ledger) == {"twice": 1, "twice_otherwise": 1}
    assert [r.kind for r in ledger.remarks.listed() if r.is_incomplete] == ["twice_otherwise"]


def test_trades_without_a_position_among_others_with_one() -> None:
    with_one = row("buy", 1.0, 100.0, pair=2, position=1, position_side="long")
    without = row("sell", 1.0, 100.0, pair=2)
    assert kinds(booked([with_one, without])[0]) == {"side_unknown": 1}
    assert kinds(booked([without, without])[0]) == {"no_position": 2}
    # On spot there is one thing that it can be.
    spot = [row("buy", 1.0, 100.0, position=1, position_side="long"), row("sell", 1.0, 110.0)]
    ledger, entries = booked(spot)
    assert kinds(ledger) == {}
    assert entries[1].realised == 10


@pytest.mark.parametrize("method", ["average", "fifo"])
def test_binary_numbers_are_taken_as_they_are_written(method: Method) -> None:
    trades = [row("buy", 0.1, 0.1), row("buy", 0.2, 0.1), row("sell", 0.3, 0.1)]
    _, entries = booked(trades, method)
    assert entries[2].realised == 0
    assert entries[2].position == 0


@pytest.mark.parametrize("method", ["average", "fifo"])
def test_memory_does_not_grow_with_the_trades(method: Method) -> None:
    trades = (
        row("buy" if number % 2 else "sell", 1.0, 100.0 + number % 7, id=number, executed_at=number)
        for number in range(1, 20_001)
    )
    ledger = Ledger(Terms(Period(0, 30_000, "UTC"), method, {}, MARKETS))
    tracemalloc.start()
    try:
        count = sum(1 for _ in ledger.book(trades))
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 20_000
    assert peak_bytes < 200_000
