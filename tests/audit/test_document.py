"""The document of an audit: the names of the contract, and values that JSON has."""

from __future__ import annotations

import json
import re
from pathlib import Path

from cts_console.audit import (
    RULES,
    AuditProfile,
    audit_document,
    is_instant,
    keep_audit,
    rule_document,
    run_audit,
)
from cts_console.progress import CancelToken
from tests.audit.case import make

SQL = (
    "CREATE TABLE p (id BLOB PRIMARY KEY);"
    "CREATE TABLE c (a REFERENCES p, b);"
    "CREATE INDEX one ON c (b, a); CREATE INDEX two ON c (b);"
    "INSERT INTO c VALUES (x'00ff', 1), (9e999, 2), (-9e999, 3), (printf('%.9000c', 'x'), 4);"
)


def document(path: Path, profile: AuditProfile = "deep"):
    make(path, SQL)
    return audit_document(run_audit(path, profile=profile))


def test_it_has_the_names_of_the_contract(tmp_path: Path):
    audit = document(tmp_path / "a.db")
    assert audit.keys() >= {
        "database",
        "profile",
        "sqlite_version",
        "started_at",
        "duration_ms",
        "size_bytes",
        "content_hash",
        "summary",
        "checks",
        "findings",
        "tables",
        "indexes",
        "pragmas",
    }
    assert audit["summary"].keys() >= {
        "critical",
        "error",
        "warning",
        "info",
        "accepted",
        "rules_passed",
        "rules_not_applicable",
        "rules_not_checked",
        "rules_errored",
    }
    assert audit["checks"][0].keys() == {"rule", "status", "duration_ms", "note"}
    assert audit["findings"][0].keys() == {
        "rule",
        "severity",
        "category",
        "accepted",
        "change",
        "object",
        "table",
        "title",
        "detail",
        "recommendation",
        "evidence",
        "sql",
        "fix_sql",
        "confidence",
        "fingerprint",
        "since",
        "accepted_until",
    }
    assert audit["findings"][0]["evidence"].keys() == {"columns", "rows", "total"}
    assert audit["tables"][0].keys() == {"name", "rows", "columns", "indexes", "bytes"}
    assert audit["indexes"][0].keys() == {
        "name",
        "table",
        "columns",
        "unique",
        "partial",
        "bytes",
    }
    assert audit["pragmas"][0].keys() == {"name", "value", "expected", "ok", "scope"}
    assert audit["content_hash"] is None
    instant = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
    assert re.fullmatch(instant, audit["started_at"])
    assert all(re.fullmatch(instant, finding["since"]) for finding in audit["findings"])


def test_the_summary_counts_what_is_listed(tmp_path: Path):
    audit = document(tmp_path / "a.db")
    for severity in ("critical", "error", "warning", "info"):
        listed = sum(finding["severity"] == severity for finding in audit["findings"])
        assert audit["summary"][severity] == listed
    for state in ("passed", "not_applicable", "not_checked", "errored"):
        listed = sum(check["status"] == state for check in audit["checks"])
        assert audit["summary"][f"rules_{state}"] == listed


def test_values_that_json_lacks_are_told_in_words(tmp_path: Path):
    audit = document(tmp_path / "a.db")
    text = json.dumps(audit, allow_nan=False)
    (orphans,) = (finding for finding in audit["findings"] if finding["rule"] == "INT-02")
    values = {row[1] for row in orphans["evidence"]["rows"]}
    assert {"x'00ff'", "inf", "-inf"} <= values
    assert json.loads(text) == audit
    assert len(text) < 30_000


def test_quick_says_what_is_estimated(tmp_path: Path):
    audit = document(tmp_path / "a.db", "quick")
    assert all(table["estimated"] and table["bytes"] is None for table in audit["tables"])


def test_an_audit_is_kept_and_numbered(tmp_path: Path):
    path = tmp_path / "a.db"
    make(path, SQL)
    result = run_audit(path)
    first = keep_audit(result, audit_document(result))
    second = keep_audit(result, audit_document(result))
    assert first["error"] is None
    assert second["id"] > first["id"]


def test_an_audit_that_cannot_be_kept_says_why(tmp_path: Path, console_home: Path):
    path = tmp_path / "a.db"
    make(path, SQL)
    result = run_audit(path)
    assert keep_audit(result, audit_document(result))["error"] is None
    for store in console_home.rglob("console.db*"):
        store.write_bytes(b"not a database at all" * 100)
    kept = keep_audit(result, audit_document(result))
    assert kept["id"] is None
    assert kept["error"]["message"]


def test_every_rule_is_listed_with_its_help():
    listed = [rule_document(rule) for rule in RULES]
    assert all(len(row["help"]) > 200 for row in listed)
    assert len({row["rule"] for row in listed}) == len(RULES)


def test_only_a_whole_audit_is_kept(tmp_path: Path):
    path = tmp_path / "a.db"
    make(path, SQL)
    picked = run_audit(path, rules=["IDX-01"])
    stop = CancelToken()
    stop.cancel()
    stopped = run_audit(path, cancel=stop)
    for result in (picked, stopped):
        assert not audit_document(result)["whole"]
        assert keep_audit(result, audit_document(result)) == {"id": None, "error": None}
    whole = run_audit(path, profile="quick")
    assert audit_document(whole)["whole"]
    assert keep_audit(whole, audit_document(whole))["id"] is not None


def test_rules_without_a_turn_in_time_are_not_checked(tmp_path: Path):
    path = tmp_path / "a.db"
    make(path, SQL)
    checks = run_audit(path, profile="quick", limit_s=0.0).checks
    assert {check.status for check in checks} == {"not_checked"}
    assert {check.note for check in checks} == {"no time was left of 0 s"}


def test_what_is_an_instant():
    at = 1_516_010_700_000
    for column in ("open_time", "executed_at", "last_before", "first_after", "period_start"):
        assert is_instant(at, column)
    for value, column in ((at, "volume"), (at, "order_id"), (300_000, "step_ms"), (1e12, "at")):
        assert not is_instant(value, column)
