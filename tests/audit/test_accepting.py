"""Accepted findings: folded away until their day is over, and counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cts_console.audit import (
    accept_finding,
    audit_document,
    keep_audit,
    list_accepted,
    mark_accepted,
    run_audit,
    withdraw_acceptance,
)
from cts_console.errors import CtsError
from cts_console.overview import read_health
from cts_console.status import read_status
from cts_console.store import Acceptance
from tests.audit.case import make
from tests.audit.test_history import DUPLICATES, found

DAY_MS = 86_400_000
NEVER = "0" * 16


@pytest.fixture
def path(tmp_path: Path) -> Path:
    make(tmp_path / "a.db", DUPLICATES)
    return tmp_path / "a.db"


def keep(path: Path) -> Any:
    result = run_audit(path)
    document = audit_document(result)
    assert keep_audit(result, document)["error"] is None
    return document


def duplicate(document: Any) -> Any:
    (finding,) = [one for one in document["findings"] if one["rule"] == "IDX-01"]
    return finding


def test_it_is_counted_apart(path: Path) -> None:
    before = keep(path)
    finding = duplicate(before)
    accept_finding(path, finding["fingerprint"], reason=" two programs need it ")
    after = keep(path)
    marks = duplicate(after)["accepted"]
    assert (marks["reason"], marks["until"]) == ("two programs need it", None)
    assert after["summary"]["accepted"] == 1
    severity = finding["severity"]
    assert after["summary"][severity] == before["summary"][severity] - 1
    assert after["summary"]["rules_found"] == before["summary"]["rules_found"]
    (accepted,) = list_accepted(path)
    assert (accepted.rule, accepted.object) == ("IDX-01", finding["object"])
    withdraw_acceptance(path, finding["fingerprint"])
    assert keep(path)["summary"] == before["summary"]
    assert list_accepted(path) == ()


@pytest.mark.parametrize(("now_ms", "counts"), [(5_000, True), (5_001, False)])
def test_it_comes_back_by_itself(now_ms: int, counts: bool) -> None:
    document = {"summary": {}, "findings": [found("a"), found("b")]}
    accepted = Acceptance("a", "R-1", None, "known", 0, 5_000)
    marked = mark_accepted(document, {"a": accepted}, now_ms)
    first, second = marked["findings"]
    if counts:
        assert first["accepted"] == {
            "reason": "known",
            "at": "1970-01-01T00:00:00.000Z",
            "until": "1970-01-01T00:00:05.000Z",
        }
        assert first["accepted_until"] is None
    else:
        assert (first["accepted"], first["accepted_until"]) == (None, "1970-01-01T00:00:05.000Z")
    assert (second["accepted"], second["accepted_until"]) == (None, None)
    assert (marked["summary"]["accepted"], marked["summary"]["warning"]) == (counts, 2 - counts)
    # Marked once more, at another moment, nothing of the first time is left.
    again = mark_accepted(marked, {}, now_ms)
    assert all(finding["accepted"] is None for finding in again["findings"])
    assert (again["summary"]["accepted"], again["summary"]["warning"]) == (0, 2)


def test_what_the_kept_audit_says_is_what_is_accepted_now(path: Path) -> None:
    document = keep(path)
    accept_finding(path, duplicate(document)["fingerprint"], reason="known")
    health = read_health(path)
    assert health.last is not None
    for told in (health.last.document, health.quick):
        assert duplicate(told)["accepted"]["reason"] == "known"
        assert told["summary"]["accepted"] == 1
    withdraw_acceptance(path, duplicate(document)["fingerprint"])
    health = read_health(path)
    assert duplicate(health.quick)["accepted"] is None


def test_the_status_does_not_count_it_among_the_issues(path: Path) -> None:
    finding = duplicate(keep(path))
    before = read_status(path)
    assert before["status"] == "degraded"
    assert finding["title"] in before["database"]["issues"]
    assert before["database"]["accepted"] == 0
    accept_finding(path, finding["fingerprint"], reason="known")
    after = read_status(path)
    assert finding["title"] not in after["database"]["issues"]
    assert len(after["database"]["issues"]) == len(before["database"]["issues"]) - 1
    assert after["database"]["accepted"] == 1
    assert finding["recommendation"] not in after["database"]["recommendations"]


def test_until_is_a_day_that_counts_or_an_instant(path: Path) -> None:
    name = duplicate(keep(path))["fingerprint"]
    day = accept_finding(path, name, reason="known", until="2999-03-31")
    moment = accept_finding(path, name, reason="known", until="2999-03-31T12:00:00Z")
    assert day.until_ms is not None
    assert day.until_ms % DAY_MS == DAY_MS - 1
    assert moment.until_ms == day.until_ms - DAY_MS // 2 + 1
    assert list_accepted(path) == (moment,)
    accept_finding(path, name, reason="known", until="9999-12-31")
    assert duplicate(keep(path))["accepted"]["until"] == "9999-12-31T23:59:59.999Z"


@pytest.mark.parametrize(
    ("reason", "until"),
    [
        ("", None),
        (" \n", None),
        ("known", "2001-01-01"),
        ("known", "tomorrow"),
        ("known", ""),
        ("known", "0001-01-01T00:00+14:00"),
        ("known", "9999-12-31T23:00-05:00"),
        ("known", "2999-02-30"),
    ],
)
def test_what_makes_no_sense_is_refused(path: Path, reason: str, until: str | None) -> None:
    name = duplicate(keep(path))["fingerprint"]
    with pytest.raises(CtsError) as caught:
        accept_finding(path, name, reason=reason, until=until)
    assert caught.value.code == "usage"
    assert list_accepted(path) == ()


def test_only_what_was_found_is_accepted(path: Path) -> None:
    for work in (
        lambda: accept_finding(path, NEVER, reason="known"),
        lambda: withdraw_acceptance(path, NEVER),
    ):
        with pytest.raises(CtsError) as caught:
            work()
        assert caught.value.code == "usage"


def test_a_reason_that_is_no_unicode(path: Path) -> None:
    name = duplicate(keep(path))["fingerprint"]
    assert accept_finding(path, name, reason="caf\udce9").reason == "caf?"
