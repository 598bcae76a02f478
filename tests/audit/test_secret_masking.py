"""Logs and reports: secrets are masked, the rest stays as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cts_console.audit.secret_masking import MASK, mask_secrets

KEY = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"


@pytest.mark.parametrize(
    "text",
    [
        "api_key={0}",
        "{{'api_secret': '{0}', 'symbol': 'BTC'}}",
        '{{"passphrase": "{0}"}}',
        'a message in JSON: "{{\\"api_key\\": \\"{0}\\"}}"',
        "INSERT INTO exchange_connections VALUES ('main', '{0}')",
        "('api_key', '{0}')",
        "Authorization: Bearer {0}",
        "https://user:{0}@exchange.example/v1",
        "GET /order?timestamp=1&signature={0}",
        "-----BEGIN EC PRIVATE KEY-----\n{0}\n-----END EC PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n{0}",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.{0}",
    ],
)
def test_a_secret_is_masked(text):
    masked = mask_secrets(text.format(KEY))
    assert MASK in masked
    assert KEY not in masked
    assert KEY[10:20] not in masked


@pytest.mark.parametrize("value", ["hunter2", "'correct horse battery staple'", "x"])
def test_short_and_spoken_secrets_under_a_telling_name_are_masked(value):
    assert mask_secrets(f"password = {value}, symbol = BTC") == f"password = {MASK}, symbol = BTC"


def test_a_secret_key_of_hexadecimal_digits_is_masked():
    assert mask_secrets("refused: " + "0f" * 32) == f"refused: {MASK}"


@pytest.mark.parametrize(
    "text",
    [
        'Traceback (most recent call last):\n  File "/opt/cts/cts_console/app.py", line 12, in run',
        "2026-01-02 03:04:05,678 INFO cts_console.app: The window ended",
        '  File "/opt/cts/cts_console/schema/secret_names.py", line 12, in looks_secret',
        "no such table: market_data_archive_of_the_year_before_last",
        "order 550e8400-e29b is 1.5 BTC at 64000.25",
        "",
    ],
)
def test_what_helps_whoever_reads_the_log_stays(text):
    assert mask_secrets(text) == text


@given(st.text())
def test_what_is_masked_stays_masked_as_it_is(text):
    assert mask_secrets(mask_secrets(text)) == mask_secrets(text)


@given(st.from_regex(r"[A-Za-z0-9]{40,64}", fullmatch=True), st.text(max_size=20))
def test_a_key_never_stays_behind_a_telling_name(key, after):
    assert key not in mask_secrets(f"api_secret={key} {after}")
