"""Put a rule's fresh answer in the place of what an older audit said of it."""

from __future__ import annotations

from typing import Any, Final

from cts_console.audit.document import count_findings
from cts_console.audit.history import answered_rules

Document = dict[str, Any]

_COUNTED: Final = ("found", "passed", "not_applicable", "not_checked", "errored")
_REMEMBERED: Final = ("since", "change", "accepted", "accepted_until")


def merge_answer(document: Document, answer: Document) -> Document:
    """Return the `audit` document with what the rules of `answer` say now; the others stay.

    A finding that both know keeps since when it is known, what changed, and its acceptance. A rule
    that left a part of its question open keeps its findings: nobody knows that they are gone.
    """
    fresh = {check["rule"]: check for check in answer["checks"]}
    answered = answered_rules(answer)
    known = {finding["fingerprint"]: finding for finding in document["findings"]}
    findings = [
        finding | _remembered(known.get(finding["fingerprint"])) for finding in answer["findings"]
    ]
    seen = {finding["fingerprint"] for finding in findings}
    findings += [
        finding
        for finding in document["findings"]
        if finding["fingerprint"] not in seen and finding["rule"] not in answered
    ]
    checks = [fresh.pop(check["rule"], check) for check in document["checks"]]
    checks += fresh.values()
    return document | {
        "findings": findings,
        "checks": checks,
        "summary": document["summary"] | _summary(findings, checks),
    }


def _remembered(finding: Document | None) -> Document:
    return {} if finding is None else {name: finding[name] for name in _REMEMBERED}


def _summary(findings: list[Document], checks: list[Document]) -> Document:
    states = [check["status"] for check in checks]
    return count_findings(findings) | {f"rules_{state}": states.count(state) for state in _COUNTED}
