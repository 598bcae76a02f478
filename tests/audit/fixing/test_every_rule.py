"""Every fix that a rule offers ends its finding, changes no row and makes nothing else worse."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from cts_console.audit import RULES, audit_document, compare_documents
from cts_console.audit.fixing import plan_fix, run_fix
from cts_console.maintenance import run_verify
from tests.audit.fixing.troubles import TROUBLES, Trouble, ask, contents, make_trouble


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda one: f"{one.rule} {one.kinds[-1]}")
def test_it_ends_the_finding(trouble: Trouble, tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    finding = make_trouble(path, trouble)
    rows, before = contents(path), audit_document(ask(path, profile="quick"))
    plan = plan_fix(path, finding.fingerprint, rule=trouble.rule)
    assert tuple(step.kind for step in plan.steps) == trouble.kinds
    assert (plan.export_reason, plan.gate_reason) == ("", "")
    result = run_fix(path, plan)
    assert (result.outcome, result.note) == ("fixed", None)
    assert result.backup is not None
    assert run_verify(result.backup).verified
    assert run_verify(path).verified
    assert contents(path) == rows
    after = audit_document(ask(path, profile="quick"))
    comparison = compare_documents(before, after)
    # An index for a column with a hostile name is one more name that needs quotes.
    quoting = {one["fingerprint"] for one in after["findings"] if one["object"] == "names"}
    changes = {one: change for one, change in comparison.changes.items() if one not in quoting}
    assert set(changes.values()) <= {"same"}
    if any(one["fingerprint"] == finding.fingerprint for one in before["findings"]):
        assert finding.fingerprint in [one["fingerprint"] for one in comparison.fixed]


def test_every_rule_with_a_fix_has_a_trouble_here() -> None:
    with_fix = {
        rule.id
        for rule in RULES
        if " fix_sql=" in Path(inspect.getfile(rule.check)).read_text("utf-8")
    }
    assert with_fix == {trouble.rule for trouble in TROUBLES}
