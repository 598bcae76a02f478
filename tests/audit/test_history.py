"""Two audits beside each other, and since when findings are there."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cts_console.audit import (
    AuditProfile,
    add_comparison,
    audit_document,
    compare_documents,
    keep_audit,
    mark_accepted,
    read_audit,
    read_history,
    run_audit,
)
from cts_console.errors import CtsError
from cts_console.sqlite import open_database
from cts_console.store import Acceptance, StoredAudit, store_path
from tests.audit.case import make

DUPLICATES = (
    "CREATE TABLE t (a, b); CREATE INDEX one ON t (a); CREATE INDEX two ON t (a);"
    "INSERT INTO t VALUES (1, 2)"
)


def found(name: str, rule: str = "R-1", severity: str = "warning", total: int = 1) -> Any:
    return {
        "fingerprint": name,
        "rule": rule,
        "severity": severity,
        "accepted": None,
        "change": None,
        "object": None,
        "since": "2026-01-01T00:00:00.000Z",
        "evidence": {"columns": [], "rows": [], "total": total},
    }


def audit(*findings: Any, **rules: tuple[str, str | None] | str) -> Any:
    """Return a document; a rule is named R_1 and has a status, or a status and a note."""
    checks = []
    for name, outcome in rules.items():
        status, note = (outcome, None) if isinstance(outcome, str) else outcome
        checks.append({"rule": name.replace("_", "-"), "status": status, "note": note})
    return {"checks": checks, "findings": list(findings), "summary": {}}


def names(findings: Any) -> list[str]:
    return [finding["fingerprint"] for finding in findings]


def test_new_fixed_same() -> None:
    earlier = audit(found("stays"), found("goes"), R_1="found")
    later = audit(found("stays"), found("comes"), R_1="found")
    compared = compare_documents(earlier, later)
    assert compared.changes == {"stays": "same", "comes": "new"}
    assert names(compared.fixed) == ["goes"]
    assert compared.counts() == {"new": 1, "worse": 0, "same": 1, "fixed": 1, "unknown": 0}


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (found("a", total=3), found("a", total=4), "worse"),
        (found("a", total=4), found("a", total=3), "same"),
        (found("a", severity="warning"), found("a", severity="critical"), "worse"),
        (found("a", severity="error", total=9), found("a", severity="warning"), "same"),
        (found("a", severity="warning"), found("a", severity="error", total=0), "worse"),
    ],
)
def test_worse(before: Any, after: Any, change: str) -> None:
    compared = compare_documents(audit(before, R_1="found"), audit(after, R_1="found"))
    assert compared.changes == {"a": change}


UNANSWERED: list[dict[str, Any]] = [
    {},
    {"R_1": ("not_checked", "no time was left")},
    {"R_1": ("errored", "a bug")},
    {"R_1": ("found", "a table was too large")},
]


@pytest.mark.parametrize("rules", UNANSWERED)
def test_what_one_of_the_two_did_not_answer_is_neither_new_nor_fixed(rules: Any) -> None:
    compared = compare_documents(audit(**rules), audit(found("a"), R_1="found"))
    assert compared.changes == {"a": "unknown"}
    compared = compare_documents(audit(found("a"), R_1="found"), audit(**rules))
    assert (list(compared.fixed), names(compared.unknown)) == ([], ["a"])


def test_a_partly_checked_rule_counted_too_few_to_say_worse() -> None:
    earlier = audit(found("a", total=1), R_1=("found", "a table was too large"))
    compared = compare_documents(earlier, audit(found("a", total=5), R_1="found"))
    assert compared.changes == {"a": "same"}


@pytest.mark.parametrize("status", ["passed", "not_applicable"])
def test_what_a_rule_does_not_find_any_more_is_fixed(status: str) -> None:
    later = audit(R_1=(status, None))
    assert names(compare_documents(audit(found("a"), R_1="found"), later).fixed) == ["a"]


@st.composite
def documents(draw: st.DrawFn) -> Any:
    statuses = st.sampled_from(["passed", "found", "not_applicable", "not_checked", "errored"])
    rules = draw(st.dictionaries(st.sampled_from(["R_1", "R_2", "R_3"]), statuses))
    asked = [name.replace("_", "-") for name, status in rules.items() if status == "found"]
    findings = []
    if asked:
        entry = st.tuples(
            st.sampled_from(asked),
            st.sampled_from("abcd"),
            st.sampled_from(["critical", "error", "warning", "info"]),
            st.integers(0, 3),
        )
        drawn = draw(st.lists(entry, max_size=6))
        findings = [found(rule + name, rule, grade, n) for rule, name, grade, n in drawn]
    return audit(*findings, **rules)


@given(documents(), documents())
def test_every_finding_has_exactly_one_place(earlier: Any, later: Any) -> None:
    compared = compare_documents(earlier, later)
    before, after = set(names(earlier["findings"])), set(names(later["findings"]))
    assert set(compared.changes) == after
    gone, unknown = set(names(compared.fixed)), set(names(compared.unknown))
    assert gone | unknown == before - after
    assert not gone & unknown
    answered = {row["rule"] for row in later["checks"]} - {
        row["rule"] for row in later["checks"] if row["status"] in ("not_checked", "errored")
    }
    assert all(finding["rule"] in answered for finding in compared.fixed)


@given(documents())
def test_an_audit_is_the_same_as_itself(document: Any) -> None:
    compared = compare_documents(document, document)
    assert set(compared.changes.values()) <= {"same"}
    assert not [*compared.fixed, *compared.unknown]


def test_the_document_of_a_comparison() -> None:
    earlier = audit(found("stays"), found("goes"), R_1="found")
    later = audit(found("stays"), found("comes"), R_1="found")
    told = add_comparison(later, StoredAudit(7, 0, 1.0, "deep", earlier, "/a.db"))
    assert told["compared_with"] == {
        "id": 7,
        "started_at": "1970-01-01T00:00:00.000Z",
        "profile": "deep",
        "original": "/a.db",
    }
    assert [finding["change"] for finding in told["findings"]] == ["same", "new"]
    assert names(told["fixed"]) == ["goes"]
    assert later["findings"][0]["change"] is None
    nothing = add_comparison(later, None)
    assert (nothing["compared_with"], nothing["fixed"]) == (None, [])


# Kept audits


def keep(path: Path, profile: AuditProfile = "standard", **options: Any) -> Any:
    result = run_audit(path, profile=profile, **options)
    document = audit_document(result)
    document["kept"] = keep_audit(result, document)
    assert document["kept"]["error"] is None
    return document


def since_of(document: Any, rule: str = "IDX-01") -> str:
    (finding,) = [finding for finding in document["findings"] if finding["rule"] == rule]
    return str(finding["since"])


def test_since_is_the_start_of_the_unbroken_row(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    make(path, DUPLICATES)
    first = keep(path)
    assert since_of(first) == first["started_at"]
    # Not asked: the row goes on. What is not kept is told from the history too.
    keep(path, rules=["STO-01"])
    assert since_of(keep(path, rules=["IDX-01"])) == first["started_at"]
    assert since_of(keep(path)) == first["started_at"]
    with open_database(path, "read_write") as connection:
        connection.execute("DROP INDEX two")
    keep(path)
    with open_database(path, "read_write") as connection:
        connection.execute("CREATE INDEX two ON t (a)")
    again = keep(path)
    assert since_of(again) == again["started_at"] > first["started_at"]
    # The file has no id of its own and its schema changed twice: one history all the same.
    assert read_history(path, 20)["total"] == 4


def test_history_tells_the_change_against_the_one_of_the_same_profile(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    make(path, DUPLICATES)
    first = keep(path)["kept"]["id"]
    keep(path, "quick")
    with open_database(path, "read_write") as connection:
        connection.execute("DROP INDEX two")
    keep(path)
    history = read_history(path, 2)
    assert (history["total"], len(history["audits"])) == (3, 2)
    newest, quick = history["audits"]
    assert newest["change"]["from"] == first
    assert newest["change"]["new"] == 0
    assert newest["change"]["fixed"] >= 1
    assert quick["change"] is None


@pytest.mark.parametrize("which", ["first", "-1", "1.5", "", "999", "9" * 30, "٣"])
def test_an_audit_that_does_not_exist(tmp_path: Path, which: str) -> None:
    path = tmp_path / "a.db"
    make(path, DUPLICATES)
    keep(path)
    with pytest.raises(CtsError) as caught:
        read_audit(path, which, "standard")
    assert caught.value.code == "usage"


def test_the_file_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    make(path, DUPLICATES)
    before = path.read_bytes()
    keep(path)
    read_history(path, 20)
    read_audit(path, "latest", "standard")
    assert path.read_bytes() == before


# Ten thousand findings


def seconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(3):
        started_s = time.perf_counter()
        work()
        times.append(time.perf_counter() - started_s)
    return min(times)


def test_ten_thousand_findings_cost_no_more_than_loading_them(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    make(path, DUPLICATES)
    result = run_audit(path, profile="standard")
    template = audit_document(result)
    (one, *_) = template["findings"]
    findings = [one | {"fingerprint": f"{n:016x}"} for n in range(10_000)]
    document = template | {"findings": findings}
    accepted = {
        finding["fingerprint"]: Acceptance(finding["fingerprint"], "IDX-01", None, "known", 0, None)
        for finding in findings
    }
    blob = zlib.compress(json.dumps(document).encode())
    loading = seconds(lambda: json.loads(zlib.decompress(blob)))
    assert seconds(lambda: compare_documents(document, document)) < 3 * loading
    assert seconds(lambda: mark_accepted(document, accepted, 0)) < 3 * loading
    assert keep_audit(result, document)["error"] is None
    # All of keeping: since, accepted, the sightings, compressing and writing.
    assert seconds(lambda: keep_audit(result, document)) < 12 * loading
    with open_database(store_path()) as connection:
        assert connection.read_int("SELECT count(*) FROM sightings") == 10_000
