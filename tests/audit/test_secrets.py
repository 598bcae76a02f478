"""No audit shows a secret, not even a part of one, whatever column it was put into."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cts_console.audit import audit_document, run_audit
from cts_console.audit.report import HTML, PAPER, render_report
from cts_console.audit.secret_text import is_random, read_hints
from cts_console.audit.secrets import is_secret_name, length_class, value_kind
from cts_console.schema.secret_names import looks_secret
from tests.audit.case import Base, Case, build
from tests.audit.rows import AT, connection, row

# All of it is invented. No six characters of one may stand in any text of ours.
KEY = "Zq7Xv0LkP3tWm9RbYc5HnJd8GfSa2UeoKi4BwQx6TzVr1MpNhyCujDgE"
HEX = "c0ffee17ab93d4e88f21b6075ad3c9e4470b1fd29e6358a2b7c4d0915fe6a83b"
PHRASE = "Kx9!vQ2#wL7z"
WEB_TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJYcTl2TDJ3In0.9fQz7LpX2vKw8RmTn4YbHc6JdGsAe3Uo"
WORDS = "zebra quokka jigsaw walnut pyjama kiosk oxygen fjord tundra mosaic yeoman cobalt"
SECRETS = (KEY, HEX, PHRASE, WEB_TOKEN, WORDS)

_TEXT = (
    f'{{"api_secret": "{KEY}", "passphrase": "{PHRASE}", "sig": "signature={HEX}",'
    f' "h": "Authorization: Bearer {WEB_TOKEN}", "mnemonic": "{WORDS}", "free": "{KEY}"}}'
)


def _log(table: str, **values: object) -> str:
    return row(table, **{"message": _TEXT, "created_at": AT} | values)


_CTS = (
    connection(2, last_error=_TEXT, credential_ref=f"keyring:{KEY}", is_testnet=1)
    + connection(3, last_error=f"apiKey={KEY}", credential_ref=KEY)
    + _log("site_logs", id=1, category="api", context=_TEXT)
    + "".join(_log("site_logs", id=n, level="error", category="api") for n in range(2, 600))
    + _log("trade_logs", connection_id=1, event_type="e", details=_TEXT)
    + row("audit_logs", id=5, action="a", details=_TEXT, created_at=AT)
    + row("audit_logs", id=9, action="a", details=_TEXT, created_at=AT - 99_000)
    + row("system_settings", key="okx.api_secret", value=KEY)
    + row("system_settings", key="okx.passphrase", value=PHRASE, value_type="integer")
    + row("system_settings", key="okx", value=_TEXT + "}", value_type="json")
    + row("user_preferences", user_id=1, key="bot_token", value=WEB_TOKEN)
    + row("users", id=2, username="a", password_hash=PHRASE, status="disabled")
    + row("users", id=3, username="b", password_hash=HEX)
    + row("user_roles", user_id=2, role="owner")
    + row(
        "trade_engine_state",
        connection_id=2,
        status="running",
        error_message=_TEXT,
        consecutive_errors=9,
    )
    + row(
        "symbol_processing_queue",
        connection_id=2,
        trading_pair_id=1,
        status="failed",
        attempts=9,
        error_message=_TEXT,
    )
    + row(
        "data_cleanup_log",
        table_name="market_data",
        cleanup_type="delete",
        status="failed",
        started_at=AT,
        error_message=_TEXT,
    )
    + row(
        "presets",
        user_id=1,
        name="p",
        preset_type="base",
        indication_type="move",
        config=_TEXT + "}",
    )
    + row("alerts", user_id=1, alert_type="stale_feed", message=_TEXT)
)
_LEGACY = (
    row(
        "exchange_connections",
        id=1,
        name="m",
        exchange="okx",
        api_key=KEY,
        api_secret=HEX,
        api_passphrase=PHRASE,
        settings=_TEXT,
    )
    + row(
        "site_logs",
        level="error",
        message=_TEXT,
        context=_TEXT,
        error_message=_TEXT,
        error_stack=_TEXT,
        metadata=_TEXT,
    )
    + row("system_settings", key="api_secret", value=KEY)
    + row("users", username="a", password_hash=PHRASE)
    + row("trade_engine_state", connection_id=7, status="running", error_message=_TEXT)
    # The time bomb of the legacy shape refuses every row of this table.
    + "DROP INDEX idx_states_recent;"
    + row("indication_states", connection_id=7, state_key="token", state_value=WEB_TOKEN)
)
_ANY = (
    f"CREATE TABLE sessions (token TEXT PRIMARY KEY, refresh_token TEXT) WITHOUT ROWID;"
    f"INSERT INTO sessions VALUES ('{WEB_TOKEN}', '{KEY}');"
    'CREATE TABLE keys (private_key, api_key BLOB, "wallet mnemonic", user_id);'
    f"INSERT INTO keys VALUES ('{HEX}', CAST('{KEY}' AS BLOB), '{WORDS}', 9);"
    f"INSERT INTO keys VALUES (1, '{HEX}', x'00', 9);"
    "CREATE TABLE used (id INTEGER PRIMARY KEY, session_token REFERENCES sessions (token),"
    " api_secret TEXT NOT NULL CHECK (length(api_secret) > 99), password TEXT, at DATETIME);"
    "PRAGMA ignore_check_constraints = ON;"
    f"INSERT INTO used VALUES (1, '{KEY}', '{HEX}', '{PHRASE}', '{AT}');"
    f"CREATE TABLE log (text TEXT, error TEXT); INSERT INTO log VALUES ('{_TEXT}', '{_TEXT}');"
)


@pytest.mark.parametrize(
    ("base", "sql"),
    [("cts", _CTS), ("cts_legacy", _LEGACY), ("", _ANY)],
    ids=["cts", "legacy", "any"],
)
def test_no_secret_is_in_any_finding(base: Base, sql: str, tmp_path: Path):
    path = tmp_path / "a.db"
    build(path, Case("secrets", sql, base=base))
    result = run_audit(path, profile="deep")
    assert not [check for check in result.checks if check.status == "errored"]
    assert {"SEC-01", "SEC-02"} <= {f.rule for f in result.findings}
    document = audit_document(result)
    # The PDF is made of the second report, letter by letter.
    reports = [render_report(document, layout) for layout in (HTML, PAPER)]
    for text in (json.dumps(document, ensure_ascii=False), *reports):
        assert not _shown_parts(text.lower())


def _shown_parts(text: str) -> list[str]:
    """Return the parts of secrets that a text in small letters shows."""
    parts = (s[start : start + 6].lower() for s in SECRETS for start in range(len(s) - 5))
    return [part for part in parts if part in text]


NAMES = st.sampled_from(
    ("api_key", "apiSecret", "API Passphrase", "private-key", "password", "bot_token", "mnemonic")
)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


@given(st.text(max_size=40))
@example("tokenCount")
@example("password_hash")
@example("accessKey")
def test_what_is_judged_is_never_shown(name: str):
    assert looks_secret(name) or not is_secret_name(name)


@given(name=NAMES, value=st.text(LETTERS, min_size=24, max_size=200))
def test_a_random_value_is_a_secret_unless_it_is_plain(name: str, value: str):
    kind = value_kind(name, value)
    if len(set(value)) > 12:
        assert kind in ("secret", "hash", "placeholder", "encrypted")
    assert value_kind(name, f"keyring:{value}") == "reference"
    assert value_kind(name, f"$argon2id$v=19$m=65536,t=3,p=4${value}") == "hash"


@given(name=NAMES, value=st.one_of(st.none(), st.integers(), st.floats(), st.binary(), st.text()))
def test_any_value_has_a_kind(name: str, value: int | float | bytes | str | None):
    assert value_kind(name, value)


@given(st.text())
def test_any_text_is_read_and_none_of_it_comes_back(text: str):
    known = {"the block of a private key", "a JSON web token", "a long random text"}
    assert all(
        hint in known or hint.endswith(" with a value behind it") for hint in read_hints(text)
    )


@given(st.text("0123456789abcdef", min_size=32, max_size=128))
def test_a_hash_is_no_random_text(digest: str):
    assert not is_random(digest)
    assert not is_random(digest.upper())


@given(st.binary(max_size=100))
def test_a_length_is_told_by_its_class(value: bytes):
    assert length_class(value) == length_class("x" * len(value))
