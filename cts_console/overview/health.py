"""What the last kept audit said, and what a quick one says now."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cts_console.audit import (
    audit_document,
    identify_file,
    read_last_kept,
    recall,
    run_audit,
)
from cts_console.errors import CtsError
from cts_console.progress import CancelToken
from cts_console.store import StoredAudit, open_store

Document = dict[str, Any]

_ANSWERED: Final = ("passed", "found")


@dataclass(frozen=True, slots=True)
class Health:
    """What is known of a file's health."""

    last: StoredAudit | None
    """The audit that was kept last; None where none is."""
    last_error: CtsError | None
    """Why the kept audits cannot be read; None where they can."""
    quick: Document
    """The document of a quick audit of this moment; it is not kept."""


def read_health(path: Path, cancel: CancelToken | None = None) -> Health:
    """Return the last audit of the file at `path` and a quick one made now, within a second.

    Raises `CtsError` where the file cannot be looked at, and `cancelled`.
    """
    last: StoredAudit | None = None
    last_error: CtsError | None = None
    try:
        last = read_kept_audit(path, cancel)
    except CtsError as error:
        if error.code == "cancelled":
            raise
        last_error = error
    result = run_audit(path, profile="quick", cancel=cancel)
    quick = audit_document(result)
    if last_error is None:
        last_error = recall_quick(path, quick, result.started_at_ms, cancel)
    if cancel is not None:
        cancel.raise_if_cancelled()
    return Health(last, last_error, quick)


def read_kept_audit(path: Path, cancel: CancelToken | None = None) -> StoredAudit | None:
    """Return the audit of the file at `path` that was kept last, with what is accepted now.

    None where none is kept. Raises `CtsError` where the file or the console's own records cannot
    be read.
    """
    identity = identify_file(path, cancel)
    with open_store() as store:
        return read_last_kept(store, identity)


def recall_quick(
    path: Path, quick: Document, now_ms: int, cancel: CancelToken | None = None
) -> CtsError | None:
    """Fill in what is accepted in a quick audit that is not kept; return why that failed, or None.

    Raises `CtsError` only for a stop.
    """
    try:
        identity = identify_file(path, cancel)
        with open_store() as store:
            recall(store, identity, quick, now_ms)
    except CtsError as error:
        if error.code == "cancelled":
            raise
        return error
    return None


def merge_documents(last: Document | None, fresh: Document) -> list[Document]:
    """Return the findings that are known to be true now, those of `fresh` first.

    What `fresh` answered (a rule that passed or found) replaces what `last` said of that rule;
    the other findings of `last` stay, as old as they are.
    """
    answered = {check["rule"] for check in fresh["checks"] if check["status"] in _ANSWERED}
    findings = list(fresh["findings"])
    seen = {finding["fingerprint"] for finding in findings}
    for finding in last["findings"] if last is not None else ():
        if finding["rule"] not in answered and finding["fingerprint"] not in seen:
            findings.append(finding)
    return findings
