"""Two audits of one database beside each other: what is new, fixed, the same, or worse.

Only what both audits answer is compared. A finding of a rule that the other audit was not asked, or
could not check, is neither new nor fixed: nobody knows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from cts_console.audit.document import SEVERITIES, instant
from cts_console.store import StoredAudit

Document = dict[str, Any]
_ADDED: Final = ("compared_with", "fixed", "unknown", "compare_error")

Change = Literal["new", "worse", "same", "unknown"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a later audit differs from an earlier one."""

    changes: Mapping[str, Change]
    """Of each finding of the later one, by fingerprint; `unknown` where the earlier one could not
    have found it."""
    fixed: Sequence[Document]
    """Findings of the earlier one that are no more."""
    unknown: Sequence[Document]
    """Findings of the earlier one of which the later one says nothing."""

    def counts(self) -> dict[str, int]:
        """Return how many findings are new, worse, the same, fixed and unknown (in either)."""
        told = Counter(self.changes.values())
        return {
            "new": told["new"],
            "worse": told["worse"],
            "same": told["same"],
            "fixed": len(self.fixed),
            "unknown": told["unknown"] + len(self.unknown),
        }


def compare_documents(earlier: Document, later: Document) -> Comparison:
    """Compare two `audit` documents by the fingerprints of their findings."""
    before, after = _by_fingerprint(earlier), _by_fingerprint(later)
    answered_before, answered_after = answered_rules(earlier), answered_rules(later)
    gone = [found[0] for name, found in before.items() if name not in after]
    return Comparison(
        changes={
            name: _change(before.get(name), found, found[0]["rule"] in answered_before)
            for name, found in after.items()
        },
        fixed=[finding for finding in gone if finding["rule"] in answered_after],
        unknown=[finding for finding in gone if finding["rule"] not in answered_after],
    )


def add_comparison(document: Document, earlier: StoredAudit | None) -> Document:
    """Return `document` with what became of the findings since `earlier`; None: nothing to compare.

    `change` of each finding is filled in; `fixed` and `unknown` list what the earlier audit found.
    """
    if earlier is None:
        return document | {"compared_with": None, "fixed": [], "unknown": []}
    comparison = compare_documents(earlier.document, document)
    return document | {
        "compared_with": {
            "id": earlier.id,
            "started_at": instant(earlier.started_at_ms),
            "profile": earlier.profile,
            "original": earlier.original,
        },
        "findings": [
            finding | {"change": comparison.changes[finding["fingerprint"]]}
            for finding in document["findings"]
        ],
        "fixed": [finding | {"change": "fixed"} for finding in comparison.fixed],
        "unknown": [finding | {"change": "unknown"} for finding in comparison.unknown],
    }


def without_comparison(document: Document) -> Document:
    """Return `document` as it was before `add_comparison`."""
    kept = {name: value for name, value in document.items() if name not in _ADDED}
    findings = [finding | {"change": None} for finding in document["findings"]]
    return kept | {"findings": findings}


def answered_rules(document: Document) -> set[str]:
    """Return the rules that answered wholly: what they do not tell is not there.

    A rule that found something and has a note left a part unchecked.
    """
    return {
        check["rule"]
        for check in document["checks"]
        if check["status"] in ("passed", "not_applicable")
        or (check["status"] == "found" and check["note"] is None)
    }


def _by_fingerprint(document: Document) -> dict[str, list[Document]]:
    findings: dict[str, list[Document]] = {}
    for finding in document["findings"]:
        findings.setdefault(finding["fingerprint"], []).append(finding)
    return findings


def _change(
    before: Sequence[Document] | None, after: Sequence[Document], was_answered: bool
) -> Change:
    if before is None:
        return "new" if was_answered else "unknown"
    if _worst(after) < _worst(before):
        return "worse"
    # Of a table that was not looked at, the earlier audit counted no row.
    return "worse" if was_answered and _total(after) > _total(before) else "same"


def _worst(findings: Sequence[Document]) -> int:
    return min(SEVERITIES.index(finding["severity"]) for finding in findings)


def _total(findings: Sequence[Document]) -> int:
    return sum(finding["evidence"]["total"] for finding in findings)
