"""What stands in the cells: numbers, amounts with their currency, times."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cts_console.transfer.trades.values import (
    UnreadableError,
    number_key,
    read_decimal,
    read_time,
    split_glued,
    split_pair,
)

AMOUNTS = st.decimals(min_value="1e-12", max_value="1e12", places=12)
CURRENCIES = st.from_regex(r"[A-Z0-9]{1,6}[A-Z]", fullmatch=True)


@given(AMOUNTS, CURRENCIES, st.sampled_from(["", " "]))
def test_an_amount_comes_out_of_what_it_was_glued_to(amount, currency, blank):
    assert split_glued(f"{amount:f}{blank}{currency}", (currency,)) == (amount, currency)


@given(AMOUNTS, AMOUNTS, CURRENCIES, CURRENCIES)
def test_a_pair_is_cut_where_its_amounts_say(amount, cost, base, quote):
    found = split_pair(base + quote, f"{amount:f}{base}", f"{cost:f}{quote}")
    assert found is not None
    assert "".join(found) == base + quote
    assert split_glued(f"{amount:f}{base}", (found[0],))[1] == found[0]


@given(st.decimals(min_value="1e-9", max_value="1e9", allow_nan=False))
def test_a_number_keeps_its_key_in_a_real(number):
    assert number_key(number) == number_key(float(number))


def test_noise_of_an_engine_changes_no_key():
    assert number_key(0.1 + 0.2) == number_key(Decimal("0.3"))
    assert number_key(Decimal("0.30000000001")) != number_key(0.3)


@pytest.mark.parametrize(
    ("text", "known", "expected"),
    [
        ("1001INCH", ("1INCH", "INCH"), (Decimal(100), "1INCH")),
        ("0.00001000BNB", ("BTC", "USDT"), (Decimal("0.00001000"), "BNB")),
        ("1,234.50USDT", ("USDT",), (Decimal("1234.50"), "USDT")),
        ("1E-8BTC", ("BTC",), (Decimal("1E-8"), "BTC")),
        ("-0.5usdt", ("USDT",), (Decimal("-0.5"), "USDT")),
        ("0.05", ("BTC",), (Decimal("0.05"), None)),
        ("BTC", ("BTC",), (None, None)),
        ("=1+1", (), (None, None)),
        ("1.2.3BTC", ("BTC",), (None, None)),
    ],
)
def test_glued_amounts(text, known, expected):
    assert split_glued(text, known) == expected


@pytest.mark.parametrize(
    "text", ["", "-", "nan", "Infinity", "1,5", "0,001", "12,34.5", "\u0663", "0x10", "1e999"]
)
def test_what_is_no_number(text):
    with pytest.raises(UnreadableError, match="no number"):
        read_decimal(text, "the price")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-11-16 14:35:07", (1731767707000, 1_000)),
        ("2024-11-16T14:35:07.123456Z", (1731767707123, 1)),
        ("2024-11-16 14:35:07.5", (1731767707500, 1)),
        ("2024-11-16T15:35:07+01:00", (1731767707000, 1_000)),
        ("14:35 2024-11-16", (1731767700000, 60_000)),
        ("2024-11-16 14:35", (1731767700000, 60_000)),
    ],
)
def test_times_are_as_exact_as_they_are_written(text, expected):
    assert read_time(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "16.11.2024 14:35", "2024-13-01 00:00:00", "1999-01-01 00:00:00", "24-11-16 14:35"],
)
def test_what_is_no_time(text):
    with pytest.raises(UnreadableError):
        read_time(text)
