"""Traces whose every number was made by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.trace.ledgers import NOW, Ledger, first, of_kind


def numbers(ledger: Ledger) -> list[tuple[str | None, ...]]:
    """Return quantity, average and profit after each trade, as text."""
    return [
        tuple(
            None if value is None else format(value.normalize(), "f")
            for value in (event.quantity, event.average, event.pnl)
        )
        for event in of_kind(ledger.trace(), "trade")
    ]


@pytest.fixture
def long(tmp_path: Path) -> Ledger:
    ledger = Ledger(tmp_path / "long.db")
    # 2 at 100 and 2 at 110: 105 on average. 1 sold at 120 brings 15, 3 at 100 lose 15.
    usdt: dict[str, Any] = {"fee_currency": "USDT"}
    ledger.trade("buy", 2.0, 100.0, fee=0.2, **usdt)
    ledger.trade("buy", 2.0, 110.0, fee=0.22, **usdt)
    ledger.trade("sell", 1.0, 120.0, fee=0.12, realized_pnl=14.88, **usdt)
    ledger.trade("sell", 3.0, 100.0, fee=0.3, realized_pnl=-15.3, **usdt)
    ledger.close(quantity=4.0, entry_price=105.0, realized_pnl=-0.84, fees_paid=0.84)
    return ledger


def test_a_long_with_fees_in_the_quote(long: Ledger):
    assert numbers(long) == [
        ("2", "100", "-0.2"),
        ("4", "105", "-0.42"),
        ("3", "105", "14.46"),
        ("0", None, "-0.84"),
    ]
    trace = long.trace()
    assert first(trace) is None
    assert trace.position is not None
    assert trace.position.computed_pnl == trace.position.stored_pnl == Decimal("-0.84")
    assert trace.remarks == ()
    assert [event.kind for event in trace.events[:3]] == [
        "position opened",
        "order placed",
        "trade",
    ]
    assert {c.name for c in trace.events[-1].compared} | {
        c.name for e in of_kind(trace, "position closed") for c in e.compared
    } >= {"rest", "entry_price", "realized_pnl"}


@pytest.mark.parametrize("stored", [0.0, -0.84, -0.86, -0.02])
def test_profit_before_or_after_fees_and_funding_is_a_convention(long: Ledger, stored: float):
    long.settle(realized_pnl=stored, funding_paid=0.02)
    assert first(long.trace()) is None
    long.settle(realized_pnl=stored + 0.1, funding_paid=0.02)
    assert first(long.trace()) == ("position closed", 7, ["realized_pnl"])


def test_funding_is_told_and_counted(long: Ledger):
    long.settle(realized_pnl=-1.09, funding_paid=0.25)
    trace = long.trace()
    (funding,) = of_kind(trace, "funding")
    assert (funding.amount, funding.pnl) == (Decimal("0.25"), Decimal("-1.09"))
    assert "paid" in funding.text
    assert trace.position is not None
    assert trace.position.computed_pnl == Decimal("-1.09")
    long.settle(realized_pnl=-0.59, funding_paid=-0.25)
    (funding,) = of_kind(long.trace(), "funding")
    assert "received" in funding.text
    assert first(long.trace()) is None


def test_a_short_on_a_contract_of_a_thousandth(tmp_path: Path):
    ledger = Ledger(tmp_path / "short.db", pair=2, side="short")
    # 10 contracts of 0.001 at 50,000 are worth 500; bought back at 49,000 for 490.
    ledger.trade("sell", 4.0, 50_000.0, cost=200.0)
    ledger.trade("sell", 6.0, 50_000.0, cost=300.0)
    ledger.trade("buy", 10.0, 49_000.0, cost=490.0, realized_pnl=10.0)
    ledger.close(quantity=10.0, entry_price=50_000.0, realized_pnl=10.0)
    assert numbers(ledger) == [("-4", "50000", "0"), ("-10", "50000", "0"), ("0", None, "10")]
    assert first(ledger.trace()) is None
    ledger.change("UPDATE trading_pairs SET contract_size = 1 WHERE id = 2")
    assert first(ledger.trace()) == ("trade", 1, ["cost"])


def test_partial_fills_of_one_order(tmp_path: Path):
    ledger = Ledger(tmp_path / "parts.db")
    for price in (100.0, 101.0, 102.0):
        ledger.trade("buy", 1.0, price, order_id=200)
    ledger.change(
        "UPDATE orders SET amount = 5, filled = 3, remaining = 2, average_price = 101, "
        "status = 'partially_filled', closed_at = NULL"
    )
    ledger.settle(quantity=3.0, entry_price=101.0)
    trace = ledger.trace()
    assert first(trace) is None
    (kept,) = of_kind(trace, "order kept")
    assert {each.name for each in kept.compared} == {"filled", "remaining", "average_price"}
    # It is told after the last of its trades, though its own time is that of the first.
    assert trace.events.index(kept) > trace.events.index(of_kind(trace, "trade")[-1])
    assert of_kind(trace, "position kept")[0].quantity == 3
    ledger.change("UPDATE orders SET filled = 2.9, remaining = 2.1")
    assert first(ledger.trace()) == ("order kept", 200, ["filled"])


def test_fees_in_the_coin_are_taken_from_the_amount(tmp_path: Path):
    ledger = Ledger(tmp_path / "coin.db")
    ledger.trade("buy", 1.0, 100.0, fee=0.01, fee_currency="BTC")
    ledger.settle(quantity=0.99, entry_price=100.0)
    # 0.99 coins were had for 100.
    trace = ledger.trace()
    (trade,) = of_kind(trace, "trade")
    assert trade.quantity == Decimal("0.99")
    assert trade.average is not None
    assert round(trade.average, 6) == Decimal("101.010101")
    assert first(trace) is None
    ledger.settle(quantity=1.0)
    assert first(ledger.trace()) == ("position kept", 7, ["quantity"])


def test_fees_in_a_third_currency_leave_the_profit_unknown(tmp_path: Path):
    ledger = Ledger(tmp_path / "bnb.db")
    ledger.trade("buy", 1.0, 100.0, fee=0.01, fee_currency="BNB")
    ledger.trade("sell", 1.0, 110.0)
    ledger.close(quantity=1.0, entry_price=100.0, realized_pnl=123.0)
    trace = ledger.trace()
    assert [event.pnl for event in of_kind(trace, "trade")] == [None, None]
    assert of_kind(trace, "trade")[-1].gross == 10
    assert first(trace) is None
    assert any("BNB" in remark for remark in trace.remarks)


def test_a_trade_that_turns_the_position_round_is_marked(tmp_path: Path):
    ledger = Ledger(tmp_path / "flip.db", pair=2)
    ledger.trade("buy", 2.0, 100.0)
    ledger.trade("sell", 5.0, 110.0)
    trace = ledger.trace()
    assert numbers(ledger)[-1] == ("-3", "110", "0.02")
    assert first(trace) == ("trade", 2, ["side"])


def test_coin_margined_contracts_have_no_profit_here(tmp_path: Path):
    ledger = Ledger(tmp_path / "inverse.db", pair=3)
    ledger.trade("buy", 2.0, 50_000.0, cost=0.004)
    ledger.settle(quantity=2.0, entry_price=50_000.0)
    trace = ledger.trace()
    (trade,) = of_kind(trace, "trade")
    assert trade.quantity == 2
    assert trade.average is trade.pnl is None
    assert first(trace) is None
    assert any("base currency" in remark for remark in trace.remarks)


def test_oldest_first_is_a_way_of_counting(tmp_path: Path):
    ledger = Ledger(tmp_path / "fifo.db")
    ledger.trade("buy", 1.0, 100.0)
    ledger.trade("buy", 1.0, 200.0)
    ledger.trade("sell", 1.0, 200.0, realized_pnl=100.0)
    ledger.settle(quantity=1.0, entry_price=200.0)
    assert first(ledger.trace()) is None
    ledger.settle(entry_price=190.0)
    assert first(ledger.trace()) == ("position kept", 7, ["entry_price"])
    ledger.change("UPDATE trades SET realized_pnl = 70 WHERE id = 3")
    assert first(ledger.trace()) == ("trade", 3, ["realized_pnl"])


def test_an_order_is_told_within_its_position(long: Ledger):
    trace = long.trace("order", 103)
    assert [event.kind for event in trace.events] == ["order placed", "trade", "order closed"]
    assert [event.quantity for event in trace.events] == [4, 3, 3]
    assert trace.position is not None
    assert trace.position.id == 7
    assert trace.order is not None
    assert trace.order.computed_filled == trace.order.stored_filled == 1
    # What is wrong elsewhere in the position is not this order's.
    long.settle(realized_pnl=99.0)
    assert first(long.trace("order", 103)) is None


def test_an_order_without_a_position_has_a_story_of_its_own(tmp_path: Path):
    ledger = Ledger(tmp_path / "own.db")
    ledger.trade("sell", 2.0, 100.0, position_id=None, order_id=200)
    ledger.trade("sell", 1.0, 103.0, position_id=None, order_id=200)
    ledger.change("UPDATE orders SET position_id = NULL, filled = 3, amount = 3")
    ledger.change("UPDATE orders SET average_price = 101")
    trace = ledger.trace("order", "200")
    assert trace.position is None
    assert [event.quantity for event in trace.events] == [0, -2, -3, -3]
    assert trace.events[-1].average == 101
    assert first(trace) is None


def test_what_was_said_of_the_last_minute_is_not_judged(tmp_path: Path, monkeypatch):
    ledger = Ledger(tmp_path / "fresh.db")
    ledger.trade("buy", 1.0, 100.0)
    ledger.change("UPDATE orders SET filled = 0.5, remaining = 0.5")
    ledger.settle(quantity=0.5, entry_price=100.0)
    for later_ms, parts in ((30_000, None), (120_000, ("order closed", 101, ["filled"]))):
        now_ns = (NOW + later_ms) * 1_000_000
        monkeypatch.setattr("cts_console.trace.run.time.time_ns", lambda now=now_ns: now)
        assert first(ledger.trace()) == parts
