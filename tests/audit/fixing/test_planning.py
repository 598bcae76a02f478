"""Planning asks the rule at this moment, trusts no stored text, and changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from cts_console.audit import audit_document, keep_audit, run_audit
from cts_console.audit.fixing import FixPlan, export_fix, plan_fix, run_fix
from cts_console.errors import CtsError
from cts_console.maintenance import SLICE_S
from cts_console.progress import CancelToken
from cts_console.sqlite import open_database, split_statements
from cts_console.store import store_path
from tests.audit.case import make
from tests.audit.fixing.troubles import HOSTILE, TROUBLES, duplicate, make_trouble, slow
from tests.audit.test_history import DUPLICATES
from tests.processes import IDLE_ENGINE, a_process, wait_for_line


def refused(path: Path, fingerprint: str, rule: str | None = None) -> CtsError:
    with pytest.raises(CtsError) as raised:
        plan_fix(path, fingerprint, rule=rule)
    return raised.value


def keep(path: Path) -> None:
    result = run_audit(path, profile="quick")
    assert keep_audit(result, audit_document(result))["error"] is None


def foreign(tmp_path: Path) -> FixPlan:
    path = tmp_path / "foreign.db"
    make(path, DUPLICATES)
    (finding,) = run_audit(path, rules=["IDX-01"]).findings
    return plan_fix(path, finding.fingerprint, rule="IDX-01")


def test_the_kept_audits_know_whose_finding_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    finding = duplicate(path)
    assert "no finding of the kept audits" in refused(path, finding.fingerprint).message
    keep(path)
    before = path.read_bytes()
    plan = plan_fix(path, finding.fingerprint)
    assert (plan.rule, plan.object, plan.table) == ("IDX-01", "again", "orders")
    assert [step.sql for step in plan.steps] == ['DROP INDEX "again"']
    assert plan.users.alone
    assert plan.passage == "whole"
    assert plan.backup_bytes == len(before)
    assert path.read_bytes() == before


def test_a_finding_that_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    finding = duplicate(path)
    keep(path)
    with open_database(path, "read_write") as connection:
        connection.execute("DROP INDEX again")
    assert refused(path, finding.fingerprint).title == "The finding is gone"


def test_a_finding_without_a_fix(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    duplicate(path)
    with open_database(path, "read_write") as connection:
        connection.execute('CREATE INDEX "a b" ON orders (amount)')
    (finding,) = run_audit(path, rules=["SCH-09"]).findings
    assert refused(path, finding.fingerprint, "SCH-09").title == "No fix is known"


def test_a_rule_that_does_not_exist(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    finding = duplicate(path)
    assert refused(path, finding.fingerprint, "IDX-99").title == "No such rule"


def test_a_stop(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    finding = duplicate(path)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CtsError) as raised:
        plan_fix(path, finding.fingerprint, rule="IDX-01", cancel=cancel)
    assert raised.value.code == "cancelled"


def test_records_that_fail_are_not_needed_where_the_rule_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    finding = duplicate(path)
    store_path().parent.mkdir(parents=True, exist_ok=True)
    store_path().write_bytes(b"no database at all" * 100)
    assert refused(path, finding.fingerprint).title.startswith("The console's own records")
    assert plan_fix(path, finding.fingerprint, rule="idx-01").rule == "IDX-01"


def test_beside_others_the_gate_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    finding = slow(path)
    assert plan_fix(path, finding.fingerprint, rule="IDX-03").gate_reason == ""
    with a_process(IDLE_ENGINE, path) as engine:
        wait_for_line(engine, "open")
        plan = plan_fix(path, finding.fingerprint, rule="IDX-03")
    assert not plan.users.alone
    assert plan.hold_s > SLICE_S
    assert f"pid {engine.pid}" in plan.gate_reason


def test_a_file_of_another_program_is_only_exported(tmp_path: Path) -> None:
    plan = foreign(tmp_path)
    before = plan.path.read_bytes()
    assert "another program" in plan.export_reason
    with pytest.raises(CtsError) as raised:
        run_fix(plan.path, plan)
    assert raised.value.code == "foreign_file"
    target = export_fix(plan, tmp_path / "fix.sql")
    text = target.read_text("utf-8")
    assert str(plan.path) in text
    assert "IDX-01" in text
    assert text.endswith(f"\nBEGIN IMMEDIATE;\n{plan.steps[0].sql};\nCOMMIT;\n")
    assert plan.path.read_bytes() == before
    with open_database(plan.path, "read_write") as connection:
        connection.execute(text)
    assert run_audit(plan.path, rules=["IDX-01"]).findings == ()


def test_an_export_overwrites_nothing_and_leaves_nothing_behind(tmp_path: Path) -> None:
    plan = foreign(tmp_path)
    folder = tmp_path / "out"
    folder.mkdir()
    taken = folder / "taken.sql"
    taken.write_text("mine", "utf-8")
    for target, code in (
        (taken, "usage"),
        (folder / "fix.db", "usage"),
        (folder / "no" / "fix.sql", "not_found"),
        (folder / f"{'x' * 300}.sql", "usage"),
    ):
        with pytest.raises(CtsError) as raised:
            export_fix(plan, target)
        assert raised.value.code == code
    assert [one.name for one in folder.iterdir()] == ["taken.sql"]
    assert taken.read_text("utf-8") == "mine"


def test_a_hostile_name_does_not_leave_its_comment(tmp_path: Path) -> None:
    path = tmp_path / "a\nDROP TABLE orders; --.db"
    finding = make_trouble(path, next(one for one in TROUBLES if one.object == HOSTILE))
    plan = plan_fix(path, finding.fingerprint, rule="IDX-01")
    text = export_fix(plan, tmp_path / "fix.sql").read_text("utf-8")
    statements = [one.sql for one in split_statements(text)]
    assert len(statements) == 3
    assert statements[1] == f"{plan.steps[0].sql};"
