"""The audit as a job: it runs in the operations thread and tells each rule's outcome at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from cts_console.audit import (
    STOPPED,
    AuditProfile,
    Check,
    Finding,
    audit_document,
    keep_audit,
    read_unsettled_fixes,
    run_audit,
)
from cts_console.errors import CtsError
from cts_console.overview import merge_documents, read_kept_audit, recall_quick
from cts_console.sqlite import Connection
from cts_console.store import StoredFix
from cts_console.ui.models.findings import FindingItem, by_severity
from cts_console.worker import Errand

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What one rule said."""

    check: Check
    """Its outcome."""
    items: tuple[FindingItem, ...]
    """What it found."""


class AuditFeed:
    """Takes outcomes in the audit's thread and gives them away in the window's.

    A deque's `append` and `popleft` are safe between threads; no signal per rule is needed.
    """

    def __init__(self) -> None:
        self._waiting: deque[RuleOutcome] = deque()

    def take(self, check: Check, findings: tuple[Finding, ...]) -> None:
        """Take what a rule said (`run_audit(on_check=…)`)."""
        items = tuple(FindingItem.of_finding(finding) for finding in findings)
        self._waiting.append(RuleOutcome(check, items))

    def drain(self) -> list[RuleOutcome]:
        """Return what has come since the last call, in its order."""
        drained = []
        while self._waiting:
            drained.append(self._waiting.popleft())
        return drained


@dataclass(frozen=True, slots=True)
class ShownAudit:
    """An audit ready to be shown: everything slow was done in the thread."""

    document: Document
    """The document of `interfaces.md`."""
    items: tuple[FindingItem, ...]
    """Its findings, the worst first."""
    checks: tuple[Check, ...]
    """What each rule said."""
    is_stored: bool = False
    """Whether it comes from the console's records, not from a run of this session."""
    number: int | None = None
    """Its number in the console's records; None where it is not kept."""
    is_old: bool = False
    """Whether a person opened it among the earlier ones: it says nothing of now."""
    gone: tuple[FindingItem, ...] = ()
    """What the audit that it is compared with found and this one does not."""
    unsettled: tuple[StoredFix, ...] = ()
    """Fixes of the file of which nobody saw the end."""

    @property
    def is_stopped(self) -> bool:
        """Whether a stop left rules unasked."""
        return any(check.note == STOPPED for check in self.checks)

    @property
    def is_whole(self) -> bool:
        """Whether every rule of the profile had its turn; older documents were whole."""
        return bool(self.document.get("whole", True))

    @property
    def is_compared(self) -> bool:
        """Whether it is compared with an earlier audit."""
        return bool(self.document.get("compared_with"))

    @property
    def started_at_ms(self) -> int:
        """When it began, milliseconds since the epoch."""
        return round(datetime.fromisoformat(self.document["started_at"]).timestamp() * 1000)

    def is_another_than(self, other: ShownAudit) -> bool:
        """Return whether the two are not one audit."""
        names = ("database", "started_at", "profile")
        return any(self.document[name] != other.document[name] for name in names)

    @property
    def keeping_error(self) -> str:
        """Why it could not be kept; "" where it was, or was not meant to be."""
        error = (self.document.get("kept") or {}).get("error")
        return str(error["message"]) if error else ""

    def with_document(self, document: Document) -> ShownAudit:
        """Return the same audit with another document: of it something else is known now."""
        made = ShownAudit.of_document(
            document, is_stored=self.is_stored, number=self.number, is_old=self.is_old
        )
        return replace(made, unsettled=self.unsettled)

    @staticmethod
    def of_document(
        document: Document,
        *,
        is_stored: bool = False,
        number: int | None = None,
        is_old: bool = False,
    ) -> ShownAudit:
        """Return the audit of a document."""
        return ShownAudit(
            document=document,
            items=_items(document["findings"]),
            checks=tuple(
                Check(row["rule"], row["status"], row["duration_ms"], row["note"])
                for row in document["checks"]
            ),
            is_stored=is_stored,
            number=number,
            is_old=is_old,
            gone=_items(document.get("fixed", ())),
        )


def _items(findings: Iterable[Document]) -> tuple[FindingItem, ...]:
    return tuple(by_severity(map(FindingItem.of_document, findings)))


def audit_work(
    _connection: Connection | None,
    errand: Errand,
    *,
    path: Path,
    profile: AuditProfile,
    rules: tuple[str, ...],
    feed: AuditFeed,
) -> ShownAudit:
    """Audit the file at `path` with a profile, or with `rules` alone where there are any.

    A whole audit is kept; `document["kept"]` says whether that worked.
    """
    result = run_audit(
        path,
        profile=profile,
        rules=rules,
        on_progress=errand.on_progress,
        on_check=feed.take,
        cancel=errand.cancel,
    )
    document = audit_document(result)
    document["kept"] = keep_audit(result, document)
    shown = ShownAudit.of_document(document, number=document["kept"]["id"])
    return with_unsettled(shown, path)


def read_kept(_connection: Connection | None, errand: Errand, *, path: Path) -> ShownAudit | None:
    """Return the audit of the file at `path` that was kept last, or None."""
    stored = read_kept_audit(path, errand.cancel)
    if stored is None:
        return None
    shown = ShownAudit.of_document(stored.document, is_stored=True, number=stored.id)
    return with_unsettled(shown, path)


def with_unsettled(shown: ShownAudit, path: Path) -> ShownAudit:
    """Return `shown` with the fixes of the file at `path` of which nobody saw the end.

    Records that cannot be read were told with the audit itself.
    """
    try:
        return replace(shown, unsettled=read_unsettled_fixes(path))
    except CtsError:
        return shown


def add_quick(
    _connection: Connection | None, errand: Errand, *, path: Path, shown: ShownAudit | None
) -> ShownAudit:
    """Return `shown` brought up to date by a quick audit of this moment, which is not kept."""
    result = run_audit(path, profile="quick", cancel=errand.cancel)
    errand.cancel.raise_if_cancelled()
    quick = audit_document(result)
    # Where the records cannot be read, findings that were accepted are shown like the others.
    recall_quick(path, quick, result.started_at_ms, errand.cancel)
    if shown is None:
        return ShownAudit.of_document(quick)
    answered = {row["rule"]: row for row in quick["checks"] if row["status"] != "not_checked"}
    checks = [answered.pop(row["rule"], row) for row in shown.document["checks"]]
    findings = merge_documents(shown.document, quick)
    document = shown.document | {"findings": findings, "checks": [*checks, *answered.values()]}
    return shown.with_document(document)
