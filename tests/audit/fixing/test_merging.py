"""A rule's fresh answer in an older audit: what it says replaces, what it does not say stays."""

from __future__ import annotations

from pathlib import Path

from cts_console.audit import audit_document, run_audit
from cts_console.audit.fixing import merge_answer
from cts_console.sqlite import open_database
from tests.audit.fixing.troubles import duplicate


def test_what_is_fixed_leaves_and_all_else_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    finding = duplicate(path)
    with open_database(path, "read_write") as connection:
        connection.execute(
            "CREATE INDEX more ON orders (amount); CREATE INDEX more_again ON orders (amount)"
        )
    older = audit_document(run_audit(path, profile="quick"))
    for one in older["findings"]:
        one["since"] = "2026-01-01T00:00:00.000Z"
    with open_database(path, "read_write") as connection:
        connection.execute("DROP INDEX again")
    merged = merge_answer(older, audit_document(run_audit(path, rules=["IDX-01"])))
    before = {one["fingerprint"] for one in older["findings"]}
    after = {one["fingerprint"] for one in merged["findings"]}
    assert before - after == {finding.fingerprint}
    assert {one["since"] for one in merged["findings"]} == {"2026-01-01T00:00:00.000Z"}
    assert merged["summary"]["warning"] == older["summary"]["warning"] - 1
    assert [one["rule"] for one in merged["checks"]] == [one["rule"] for one in older["checks"]]
    assert (merged["started_at"], merged["profile"]) == (older["started_at"], "quick")


def test_a_rule_that_could_not_be_asked_keeps_its_findings(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    duplicate(path)
    older = audit_document(run_audit(path, profile="quick"))
    answer = audit_document(run_audit(path, rules=["IDX-01"]))
    answer["findings"] = []
    answer["checks"][0] |= {"status": "not_checked", "note": "stopped"}
    merged = merge_answer(older, answer)
    assert merged["findings"] == older["findings"]
    assert merged["summary"]["rules_not_checked"] == older["summary"]["rules_not_checked"] + 1
    assert merged["summary"]["rules_found"] == older["summary"]["rules_found"] - 1


def test_a_rule_that_left_a_part_open_keeps_its_findings(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    finding = duplicate(path)
    older = audit_document(run_audit(path, profile="quick"))
    answer = audit_document(run_audit(path, rules=["IDX-01"]))
    other = dict(answer["findings"][0]) | {"fingerprint": "f" * 16}
    answer["findings"] = [other]
    answer["checks"][0] |= {"status": "found", "note": "one table cannot be read"}
    merged = merge_answer(older, answer)
    assert {finding.fingerprint, "f" * 16} <= {one["fingerprint"] for one in merged["findings"]}
