"""Zones, dates, numbers, rates, names of pairs and cells: what is taken, and what is refused."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cts_console.errors import CtsError
from cts_console.statement import decimal_text, read_amount, read_order, read_period, rounded_text
from cts_console.statement.export import new_csv
from cts_console.statement.fees import read_rates
from cts_console.statement.markets import market_of
from tests.statement.books import ALWAYS, booked, row

HOUR_MS = 3_600_000


def utc(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("start", "end", "zone", "hours"),
    [
        ("2024-02-01", "2024-03-01", "UTC", 29 * 24),
        ("2024-03-31", "2024-04-01", "Europe/Berlin", 23),
        ("2024-10-27", "2024-10-28", "Europe/Berlin", 25),
        ("2024-03-01", "2024-04-01", "Europe/Berlin", 31 * 24 - 1),
        ("2024-02-29", "2024-03-01", "America/New_York", 24),
    ],
)
def test_days_are_as_long_as_they_are_there(start: str, end: str, zone: str, hours: int) -> None:
    period = read_period(start, end, zone)
    assert period.end_ms - period.start_ms == hours * HOUR_MS


def test_a_date_begins_at_midnight_there() -> None:
    period = read_period("2024-07-01", "2024-07-01T12:00:00Z", "Europe/Berlin")
    assert period.start_ms == utc("2024-06-30T22:00:00")
    assert period.end_ms == utc("2024-07-01T12:00:00")
    assert period.told(period.end_ms) == "2024-07-01T14:00:00.000+02:00"


@pytest.mark.parametrize(
    ("start", "end", "zone"),
    [
        ("2024-01-02", "2024-01-01", "UTC"),
        ("2024-01-01", "2024-01-01", "UTC"),
        ("2023-02-29", "2024-01-01", "UTC"),
        ("January", "2024-01-01", "UTC"),
        ("", "2024-01-01", "UTC"),
        ("0001-01-01", "2024-01-01", "America/New_York"),
        ("2024-01-01", "9999-12-31", "UTC"),
        ("2024-01-01", "2024-02-01", "Mars/Olympus"),
        ("2024-01-01", "2024-02-01", "Europe"),
        ("2024-01-01", "2024-02-01", "../../etc/passwd"),
        ("2024-01-01", "2024-02-01", ""),
    ],
)
def test_what_is_no_period_is_refused(start: str, end: str, zone: str) -> None:
    with pytest.raises(CtsError) as caught:
        read_period(start, end, zone)
    assert caught.value.code == "usage"


@given(st.floats(1e-12, 1e17))
def test_a_real_is_exactly_its_shortest_text(value: float) -> None:
    number = read_amount(value)
    assert number is not None
    assert float(number) == value
    assert decimal_text(number) in (repr(value), repr(value).removesuffix(".0")) or "e" in repr(
        value
    )


@given(st.one_of(st.floats(), st.integers(), st.text(), st.binary(), st.none()))
def test_any_value_is_a_number_within_bounds_or_none(value: object) -> None:
    number = read_amount(value)  # type: ignore[arg-type]  # what SQLite gives, and any integer
    assert number is None or (number.is_finite() and abs(number) < 10**18)


@pytest.mark.parametrize(
    "text", ["", " 1", "1 ", "0x10", "1_000", "NaN", "inf", "\u0661", "1e999", "--1"]
)
def test_text_that_is_no_number(text: str) -> None:
    assert read_amount(text) is None


def test_numbers_are_told_with_all_their_digits_or_rounded_half_to_even() -> None:
    assert decimal_text(Decimal("1.500E+3")) == "1500"
    assert decimal_text(Decimal("-0.0")) == "0"
    assert decimal_text(Decimal("1E-30")) == "0." + "0" * 29 + "1"
    assert rounded_text(Decimal("1234.125"), 2) == "1,234.12"
    assert math.isclose(float(rounded_text(Decimal("0.135"), 2)), 0.14)


@pytest.mark.parametrize(
    "text", ["BNB", "BNB=USDT", "=USDT:1", "BNB=:1", "BNB=USDT:0", "BNB=USDT:-1", "BNB=USDT:x"]
)
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(CtsError):
        read_rates([text])


def test_two_rates_of_the_same_currencies_and_unknown_methods_are_refused() -> None:
    with pytest.raises(CtsError):
        read_rates(["BNB=USDT:1", "bnb=usdt:2"])
    with pytest.raises(CtsError):
        read_order(ALWAYS, "lifo")


@pytest.mark.parametrize(
    ("name", "base", "quote", "is_spot", "is_inverse"),
    [
        ("BTC/USDT", "BTC", "USDT", True, False),
        ("BTC/USDT:USDT", "BTC", "USDT", False, False),
        ("BTC/USD:BTC-240628", "BTC", "USD", False, True),
        ("binance:BTC-USDT", "BTC", "USDT", True, False),
        ("binance_perpetual:BTC-USDT", "BTC", "USDT", False, False),
        ("BTCUSDT", "BTC", "USDT", None, False),
        ("XBTUSD", "XBT", "USD", None, True),
        ("USDT", None, None, None, False),
        ("odd", None, None, None, False),
    ],
)
def test_names_of_pairs(
    name: str, base: str | None, quote: str | None, is_spot: bool | None, is_inverse: bool
) -> None:
    market = market_of(name, {})
    assert (market.base, market.quote) == (base, quote)
    assert (market.is_spot, market.is_inverse) == (is_spot, is_inverse)


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    trade = row(
        "buy", 1.0, 2.0, id="=cmd|'/c calc'!A1", connection_name="@SUM(1)", fee=-1.0,
        fee_currency="+evil",
    )  # fmt: skip
    _, entries = booked([trade, row("sell", 1.0, 1.0, id="-5")])
    target = tmp_path / "trades.csv"
    with new_csv(target, ALWAYS) as file:
        for entry in entries:
            file.add(entry)
    first, second = target.read_text(encoding="utf-8").splitlines()[1:]
    assert "'=cmd|" in first
    assert "'@SUM(1)" in first
    assert ",-1,'+evil," in first
    # Plain numbers stay numbers.
    assert ",-5,Main," in second


def test_a_csv_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), new_csv(tmp_path / "trades.csv", ALWAYS):
        raise ZeroDivisionError
    assert list(tmp_path.glob("trades*")) == []


def test_a_csv_is_never_written_over_another_file(tmp_path: Path) -> None:
    taken = tmp_path / "taken.csv"
    taken.write_text("mine")
    with pytest.raises(CtsError), new_csv(taken, ALWAYS):
        pass
    assert taken.read_text() == "mine"
