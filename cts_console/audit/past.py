"""The row of kept audits: listed without their documents, and what changed from one to the next.

What was thinned out is absent: an audit is compared with the one before it that is still kept.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cts_console.audit.document import instant
from cts_console.audit.history import compare_documents
from cts_console.audit.known import identify_file
from cts_console.audit.unsettled import read_unsettled, tell_unsettled
from cts_console.progress import CancelToken
from cts_console.sqlite import resolve_database_path
from cts_console.store import AuditLine, DatabaseIdentity, Store, StoredFix, open_store

Pair = tuple[int, int]
"""The numbers of an earlier audit and of the one that is compared with it."""


@dataclass(frozen=True, slots=True)
class Past:
    """The kept audits of a file."""

    lines: tuple[AuditLine, ...]
    """The audits without their documents, the last one first."""
    original: str | None
    """Where the database lies of which the file is a copy, where the audits are of that one."""


def read_past(path: str | os.PathLike[str], cancel: CancelToken | None = None) -> Past:
    """Return the kept audits of the file at `path`; of a copy without any, those of its original.

    Reads no document, so that thousands take no time. Raises `CtsError`: what opening the file
    raises, and what the side database raises.
    """
    identity = identify_file(path, cancel)
    with open_store() as store:
        lines, original = store.list_past(identity)
    return Past(tuple(lines), original)


def read_unsettled_fixes(
    path: str | os.PathLike[str], cancel: CancelToken | None = None
) -> tuple[StoredFix, ...]:
    """Return the fixes of the file at `path` of which nobody saw the end, the oldest first.

    The note of each says how to find out. Raises `CtsError`: what opening the file raises, and what
    the side database raises.
    """
    identity = identify_file(path, cancel)
    with open_store() as store:
        return tuple(read_unsettled(store, identity))


def list_unsettled(path: str | os.PathLike[str]) -> list[dict[str, Any]]:
    """Return what `read_unsettled_fixes` does as `audit history` tells fixes."""
    return [_fix_document(fix) for fix in read_unsettled_fixes(path)]


def pair_audits(lines: Sequence[AuditLine]) -> dict[int, int]:
    """Return for each audit the number of the one of its profile before it, where there is one."""
    before: dict[int, int] = {}
    later: dict[str, int] = {}
    for line in lines:
        if line.profile in later:
            before[later[line.profile]] = line.id
        later[line.profile] = line.id
    return before


def read_changes(
    path: str | os.PathLike[str], pairs: Sequence[Pair], cancel: CancelToken | None = None
) -> dict[int, dict[str, int] | None]:
    """Return by the later audit's number how many findings changed since the earlier one.

    None where another console forgot one of the two meanwhile. Each audit is read whole: ask for
    what is shown. Raises `CtsError`: cancelled, what opening the file raises, and what the side
    database raises.
    """
    identity = identify_file(path, cancel)
    with open_store() as store:
        return _compare_pairs(store, identity, pairs, cancel)


def read_history(path: str | os.PathLike[str], limit: int) -> dict[str, Any]:
    """Return the document of `audit history`: the last `limit` audits and fixes, the newest first.

    Each audit has its counts and how it differs from the one of its profile before it. Raises
    `CtsError`: what opening the file raises, and what the side database raises.
    """
    identity = identify_file(path)
    with open_store() as store:
        lines = store.list_audits(identity)
        before = pair_audits(lines)
        shown = lines[:limit]
        pairs = [(before[line.id], line.id) for line in shown if line.id in before]
        changes = _compare_pairs(store, identity, pairs)
        fixes = [_fix_document(tell_unsettled(fix)) for fix in store.read_fixes(identity, limit)]
    return {
        "database": str(resolve_database_path(path)),
        "total": len(lines),
        "audits": [_line_document(line, before, changes) for line in shown],
        "fixes": fixes,
    }


def _compare_pairs(
    store: Store,
    identity: DatabaseIdentity,
    pairs: Iterable[Pair],
    cancel: CancelToken | None = None,
) -> dict[int, dict[str, int] | None]:
    documents: dict[int, dict[str, Any] | None] = {}
    found: dict[int, dict[str, int] | None] = {}
    for earlier, later in pairs:
        if cancel is not None:
            cancel.raise_if_cancelled()
        for number in {earlier, later} - documents.keys():
            stored = store.read_audit(identity, number)
            documents[number] = None if stored is None else stored.document
        one, other = documents[earlier], documents.pop(later)
        found[later] = None
        if one is not None and other is not None:
            found[later] = compare_documents(one, other).counts()
    return found


def _line_document(
    line: AuditLine, before: Mapping[int, int], changes: Mapping[int, dict[str, int] | None]
) -> dict[str, Any]:
    change = changes.get(line.id)
    return {
        "id": line.id,
        "started_at": instant(line.started_at_ms),
        "duration_ms": round(line.duration_ms, 1),
        "profile": line.profile,
        "summary": {
            "critical": line.critical,
            "error": line.error,
            "warning": line.warning,
            "info": line.info,
            "accepted": line.accepted,
        },
        "change": None if change is None else {"from": before[line.id], **change},
    }


def _fix_document(fix: StoredFix) -> dict[str, Any]:
    return {
        "at": instant(fix.at_ms),
        "rule": fix.rule,
        "fingerprint": fix.fingerprint,
        "object": fix.object,
        "title": fix.title,
        "statements": list(fix.statements),
        "backup": fix.backup,
        "outcome": fix.outcome,
        "note": fix.note,
        "app_version": fix.app_version,
    }
