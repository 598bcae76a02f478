"""`audit` from the command line: findings, their exit status, what is kept of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cts_console.audit import RULES
from cts_console.documents import instant
from cts_console.sqlite import open_database
from tests.audit.case import NEED_KEPT_SIZES
from tests.cli.console import Console, digest
from tests.cli.shapes import AUDIT, assert_shape

RULES_OF_THE_GROUND = {
    "INT-01",
    "INT-02",
    "INT-03",
    "IDX-01",
    "IDX-02",
    "IDX-03",
    "IDX-08",
    "SCH-06",
    "PRG-01",
    "MIG-01",
    "STO-01",
    "STO-02",
}


@pytest.fixture
def flawed(cts: Path) -> Path:
    """A CTS database with a duplicate index (a warning)."""
    with open_database(cts, "read_write") as connection:
        connection.execute("CREATE INDEX orders_again ON orders (status)")
        connection.execute("CREATE INDEX orders_once_more ON orders (status)")
    return cts


def test_the_rules_are_listed(console: Console) -> None:
    answer = console.run("audit", "--list-rules", "--json")
    assert answer.status == 0
    listed = {row["rule"]: row for row in answer.document["rules"]}
    assert set(listed) >= RULES_OF_THE_GROUND
    assert len(listed) == len(RULES)
    assert all(row["title"] and row["help"] for row in listed.values())
    shown = console.run("audit", "--list-rules").out
    assert all(rule in shown for rule in RULES_OF_THE_GROUND)


def test_a_clean_database_has_no_finding(console: Console, cts: Path) -> None:
    before = digest(cts)
    answer = console.run("audit", cts, "--profile", "deep", "--fail-on", "info", "--json")
    assert answer.status == 0
    document = answer.document
    assert document["findings"] == []
    assert {check["rule"] for check in document["checks"]} >= RULES_OF_THE_GROUND
    unchecked = {row["rule"] for row in document["checks"] if row["status"] == "not_checked"}
    assert unchecked == NEED_KEPT_SIZES
    assert {row["status"] for row in document["checks"]} <= {
        "passed",
        "not_applicable",
        "not_checked",
    }
    assert len(document["tables"]) == 32
    assert digest(cts) == before


def test_the_demo_has_no_finding_of_the_ground(console: Console, demo: Path) -> None:
    answer = console.run("audit", demo, "--profile", "deep", "--json")
    found = {row["rule"] for row in answer.document["findings"]} & RULES_OF_THE_GROUND
    assert (answer.status, found) == (0, set())


@pytest.mark.parametrize(
    ("level", "status"),
    [("never", 0), ("critical", 0), ("error", 0), ("warning", 1), ("info", 1)],
)
def test_fail_on(console: Console, flawed: Path, level: str, status: int) -> None:
    answer = console.run("audit", flawed, "--fail-on", level, "--json")
    assert answer.status == status
    assert answer.document["summary"]["warning"] >= 1
    assert_shape(answer.document, AUDIT)


def test_only_the_rules_that_are_asked_for(console: Console, flawed: Path) -> None:
    answer = console.run("audit", flawed, "--rule", "IDX-01", "--rule", "sto-01", "--json")
    assert {check["rule"] for check in answer.document["checks"]} == {"IDX-01", "STO-01"}
    (finding,) = answer.document["findings"]
    assert finding["rule"] == "IDX-01"
    assert "DROP INDEX" in finding["fix_sql"]


def test_a_finding_keeps_its_fingerprint(console: Console, flawed: Path) -> None:
    runs = [
        {row["fingerprint"] for row in console.run("audit", flawed, "--json").document["findings"]}
        for _ in range(2)
    ]
    assert runs[0] == runs[1] != set()


def test_status_shows_the_last_audit(console: Console, flawed: Path) -> None:
    audit = console.run("audit", flawed, "--json").document
    assert audit["kept"]["error"] is None
    last = console.run("status", flawed, "--json").document["performance"]["last_audit"]
    assert last["started_at"] == audit["started_at"]
    assert last["summary"] == audit["summary"]


def test_status_goes_by_the_last_whole_audit(console: Console, cts: Path) -> None:
    with open_database(cts, "read_write") as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(
            "INSERT INTO user_preferences (user_id, key, value) VALUES (4711, 'theme', 'dark')"
        )
    audit = console.run("audit", cts, "--json").document
    chosen = console.run("audit", cts, "--rule", "IDX-01", "--json").document
    assert (audit["whole"], chosen["whole"]) == (True, False)
    assert chosen["kept"] == {"id": None, "error": None}
    answer = console.run("status", cts, "--json")
    assert answer.status == 1
    assert answer.document["performance"]["last_audit"]["started_at"] == audit["started_at"]
    issues = answer.document["database"]["issues"]
    (issue,) = [issue for issue in issues if "user_preferences" in issue]
    assert f"found by the audit of {audit['started_at']}" in issue
    assert "It is not kept" in console.run("audit", cts, "--rule", "IDX-01").out


def test_instants_are_times_for_people_and_numbers_in_the_document(
    console: Console, demo: Path
) -> None:
    document = console.run("audit", demo, "--rule", "MKT-06", "--json").document
    (finding,) = document["findings"]
    position = finding["evidence"]["columns"].index("newest_open_time")
    newest = finding["evidence"]["rows"][0][position]
    assert newest > 1e12
    shown = console.run("audit", demo, "--rule", "MKT-06").out
    assert str(instant(newest)) in shown
    assert f"{newest:,}" not in shown


def test_the_worst_is_shown_first(console: Console, demo: Path) -> None:
    shown = console.run("audit", demo, "--profile", "deep").out
    assert shown.index("WARNING  MKT-01") < shown.index("INFO  MKT-06")


def test_a_rule_that_was_not_asked_is_no_verdict(console: Console, cts: Path) -> None:
    console.run("audit", cts, "--rule", "IDX-01")
    integrity = console.run("status", cts, "--json").document["database"]["integrity"]
    assert integrity["result"] == "not_checked"


def test_people_see_the_finding_its_rows_and_its_fix(console: Console, cts: Path) -> None:
    with open_database(cts, "read_write") as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(
            "INSERT INTO user_preferences (user_id, key, value) VALUES (4711, 'theme', 'dark')"
        )
    answer = console.run("audit", cts)
    assert answer.status == 1
    assert "CRITICAL  INT-02" in answer.out
    assert "user_preferences" in answer.out
    assert "4711" in answer.out or "4,711" in answer.out
