"""A file of CTS v3.1 with everything that such files suffer from: all named, no secret told."""

from __future__ import annotations

import json

import pytest

from cts_console.audit import AuditResult, audit_document, run_audit
from tests.audit.case import Case, build
from tests.audit.foreign_rows import legacy_order, legacy_trade
from tests.audit.rows import row

KEY = "Zk3QpV9xL2mT7rWc5NbY8dHs4GfJ6aUe"
SECRET = "q8Fz2KxW7mPv4RtY9cLs3HbN6gJd5QaE1uXi0oZw"
PASSPHRASE = "Tr4ding-Passw0rd!"

SUFFERING = (
    row("exchange_connections", id=1, name="live", exchange="bybit", api_key=KEY,
        api_secret=SECRET, api_passphrase=PASSPHRASE)
    + row("users", id=1, username="trader", password_hash="w4lrus#Q7zzB")
    + row("preset_types", name="main") + row("preset_types", name="base")
    + row("preset_type_sets", id="a", preset_type_id="1", configuration_set_id="gone")
    + row("site_logs", level="error", message=f"login failed api_secret={SECRET}")
    + legacy_order(1) + legacy_trade(1)
    # An order of a connection that is gone, an execution of an order that is gone.
    + legacy_order(2, connection_id=99, status="closed") + legacy_trade(2, order_id=77)
    # Its executions do not make what it says was filled.
    + legacy_order(3, filled=2.0) + legacy_trade(3, order_id=3, amount=0.5)
    + row("trade_engine_state", connection_id=1, status="running",
          last_realtime_run="2024-05-01 10:00:00")
    + row("strategies_real", connection_id=1, symbol="BTCUSDT", side="long", entry_price=100,
          volume=1, status="closed")
)  # fmt: skip


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> AuditResult:
    path = tmp_path_factory.mktemp("legacy") / "cts.db"
    build(path, Case("suffering", SUFFERING, base="cts_legacy"))
    return run_audit(path, profile="deep")


def found(result: AuditResult) -> set[tuple[str, str | None]]:
    return {(finding.rule, finding.object) for finding in result.findings}


@pytest.mark.parametrize(
    ("rule", "thing"),
    [
        ("SCH-06", "idx_states_recent"),
        ("SEC-01", "exchange_connections.api_key"),
        ("SEC-01", "exchange_connections.api_secret"),
        ("SEC-01", "exchange_connections.api_passphrase"),
        ("SEC-02", "site_logs.message"),
        ("SEC-03", "users.password_hash"),
        ("SCH-05", "preset_types.id"),
        ("SCH-03", "preset_type_sets.configuration_set_id"),
        ("IDX-08", "idx_settings_key"),
        ("IDX-08", "idx_migrations_name"),
        ("IDX-08", "idx_indication_states"),
        ("IDX-08", "idx_engine_connection"),
        ("IDX-02", "idx_preset_sets"),
        ("INT-02", "orders.connection_id"),
        ("INT-02", "trades.order_id"),
        ("ORD-01", "orders.filled"),
        ("ENG-01", "trade_engine_state.last_realtime_run_at"),
        ("POS-06", "strategies_real.closed_at"),
    ],
)
def test_what_such_a_file_suffers_from_is_named(audited: AuditResult, rule: str, thing: str):
    assert (rule, thing) in found(audited), sorted(map(str, found(audited)))


def test_no_rule_fails_and_what_cannot_be_asked_says_why(audited: AuditResult):
    assert {check.rule for check in audited.checks if check.status == "errored"} == set()
    silent = ("not_checked", "not_applicable")
    assert all(check.note for check in audited.checks if check.status in silent)


def test_no_part_of_a_secret_is_told(audited: AuditResult):
    told = json.dumps(audit_document(audited), ensure_ascii=False)
    for secret in (KEY, SECRET, PASSPHRASE, "w4lrus#Q7zzB"):
        for start in range(len(secret) - 5):
            assert secret[start : start + 6] not in told
