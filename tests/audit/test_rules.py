"""Every rule finds its defects, and none of its near misses."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

import cts_console.audit.rules
from cts_console.audit import RULES, AuditResult, audit_document, run_audit
from cts_console.audit.disk import read_disk_facts
from cts_console.audit.rule import PROFILES, Rule
from cts_console.maintenance import open_look
from cts_console.migrate import read_migration_status
from cts_console.sqlite import Connection
from tests.audit.case import ENGINE, Case, build
from tests.processes import a_process, wait_for_line

CASES = {
    rule.id: importlib.import_module(f"tests.audit.cases.{rule.id.lower().replace('-', '_')}")
    for rule in RULES
}


def cases(kind: str) -> list[object]:
    return [
        pytest.param(rule, case, id=f"{rule.id} {case.name}")
        for rule in RULES
        for case in getattr(CASES[rule.id], kind)
    ]


def ask(rule: Rule, case: Case, path: Path) -> AuditResult:
    with ExitStack() as stack:
        if case.engine:
            engine = stack.enter_context(a_process(ENGINE, path, case.engine))
            wait_for_line(engine, "open")
        else:
            build(path, case)
        if case.settings:
            stack.enter_context(with_settings(case.settings))
        status, disk = case.migrations, case.disk
        return run_audit(
            path,
            profile=case.profile,
            rules=[rule.id],
            read_migrations=(lambda _: status) if status else read_migration_status,
            read_disk=(lambda _: disk) if disk else read_disk_facts,
        )


@contextmanager
def with_settings(sql: str) -> Iterator[None]:
    """Let every audit of the block work on a connection that has run `sql`."""

    @contextmanager
    def open_set(*arguments: Any, **options: Any) -> Iterator[Connection]:
        with open_look(*arguments, **options) as connection:
            connection.execute(sql)
            yield connection

    with patch("cts_console.audit.runner.open_look", open_set):
        yield


@pytest.mark.parametrize(("rule", "case"), cases("DEFECT"))
def test_a_defect_is_found_with_its_object(rule: Rule, case: Case, tmp_path: Path):
    result = ask(rule, case, tmp_path / "case.db")
    # Damage that was met on the way is told as well.
    findings = [finding for finding in result.findings if finding.rule == rule.id]
    assert {finding.rule for finding in result.findings} <= {rule.id, "INT-01"}
    assert sorted(str(f.object) for f in findings) == sorted(str(o) for o in case.objects)
    assert {check.status for check in result.checks} == {"found"}
    for finding in findings:
        assert finding.title
        assert finding.detail
        assert finding.recommendation
        assert finding.evidence.total >= len(finding.evidence.rows) > 0
        assert {len(row) for row in finding.evidence.rows} == {len(finding.evidence.columns)}
        if case.confidence:
            assert finding.confidence == case.confidence
        if case.severity:
            assert finding.severity == case.severity
    json.dumps(audit_document(result), allow_nan=False)


@pytest.mark.parametrize(("rule", "case"), cases("NEAR_MISS"))
def test_a_near_miss_is_not_reported(rule: Rule, case: Case, tmp_path: Path):
    result = ask(rule, case, tmp_path / "case.db")
    assert result.findings == ()
    assert [check.status for check in result.checks] == [case.status or "passed"]


def test_every_rule_of_the_folder_is_registered_once():
    folder = Path(cts_console.audit.rules.__file__).parent
    files = {path.stem for path in folder.rglob("*_*.py") if path.stem != "__init__"}
    assert {rule.id.lower().replace("-", "_") for rule in RULES} == files
    assert len({rule.id for rule in RULES}) == len(RULES)
    beside = {path.stem for path in (Path(__file__).parent / "cases").glob("*.py")}
    assert beside == files


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_explains_itself(rule: Rule):
    assert rule.profile in PROFILES
    title, _, rest = rule.help.partition("\n\n")
    assert title.endswith(".")
    for heading in ("What it finds:", "Why a trader cares:", "What to do:", "Tolerance and"):
        assert heading in rest
    assert CASES[rule.id].DEFECT
    assert CASES[rule.id].NEAR_MISS


FIXES = [
    pytest.param(rule, case, id=f"{rule.id} {case.name}")
    for rule in RULES
    if rule.category in ("indexes", "schema", "storage", "pragmas")
    for case in CASES[rule.id].DEFECT
    if not case.engine and case.migrations is None and case.disk is None and not case.settings
]


@pytest.mark.parametrize(("rule", "case"), FIXES)
def test_a_fix_ends_its_finding_and_makes_no_other(rule: Rule, case: Case, tmp_path: Path):
    from tests.audit.case import make

    path = tmp_path / "case.db"
    result = ask(rule, case, path)
    fixes = [finding.fix_sql for finding in result.findings if finding.fix_sql]
    left = sorted(f.fingerprint for f in result.findings if not f.fix_sql)
    # auto_vacuum is changed before WAL, as the console does it.
    make(path, ";".join(sorted(fixes)))
    again = run_audit(path, profile=case.profile, rules=[rule.id])
    assert sorted(finding.fingerprint for finding in again.findings) == left
