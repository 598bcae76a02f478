"""When a person last looked at a file, and which findings are new since.

What counts as a look: the window has shown Overview's figures or the last audit for three seconds,
a person pressed "Mark as seen", or `status --seen` was asked. Plain `status` is no look: scripts
ask it. While a file stays open its news are counted from the look before it was opened, however
long a window stands in an empty room.

A look is kept in the side database under the file's identity: a moved file keeps it, a copy starts
without. Findings are told by the numbers of audits and not by times: clocks are set back. Where
the records cannot be used, it is a first look and `problem` says why.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cts_console.audit import compare_documents, identify_file
from cts_console.errors import CtsError
from cts_console.overview.mark import LookMark
from cts_console.progress import CancelToken
from cts_console.store import (
    Acceptance,
    AuditLine,
    DatabaseIdentity,
    Sighting,
    Store,
    StoredLook,
    open_store,
)


@dataclass(frozen=True, slots=True)
class LastLook:
    """What a person saw last of a file."""

    at_ms: int | None = None
    """When, milliseconds since the epoch; None at a first look. It may lie in the future."""
    mark: LookMark | None = None
    """How the file was then; None where that was not looked at."""
    seen_audit: int | None = None
    """The last audit that was kept then, 0 for none; None where no findings were looked at."""
    identity: DatabaseIdentity | None = None
    """Whose look it is, so that the file need not be opened again; None where nobody knows."""
    problem: CtsError | None = None
    """Why the records say nothing; None where they do."""


@dataclass(frozen=True, slots=True)
class FindingNews:
    """What became of the findings since a look. None is unknown."""

    new: frozenset[str] | None
    """Fingerprints of those that a later audit saw first and nobody accepted."""
    worse: int | None
    """How many are worse in the last audit than in the last of its profile that was seen."""
    came_back: frozenset[str] | None
    """Fingerprints of those whose acceptance has run out since."""
    last_audit: int
    """The audit that was kept last; 0 for none."""


def read_last_look(
    path: str | os.PathLike[str],
    earlier: LookMark | None = None,
    cancel: CancelToken | None = None,
) -> LastLook:
    """Return the last look at the file at `path`.

    Where none is kept, `earlier` is taken over: a mark that an older version of the window kept
    elsewhere. Raises `CtsError` for a stop alone.
    """
    identity = None
    try:
        identity = identify_file(path, cancel)
        with open_store() as store:
            look = store.read_look(identity)
            if look is None and earlier is not None:
                look = _taken_over(store, identity, earlier)
                store.record_look(identity, look)
    except CtsError as error:
        if error.code == "cancelled":
            raise
        return LastLook(identity=identity, problem=error)
    return look_of(look, identity)


def look_of(stored: StoredLook | None, identity: DatabaseIdentity | None = None) -> LastLook:
    """Return a look as the side database kept it; None is a first look."""
    if stored is None:
        return LastLook(identity=identity)
    mark = None if stored.mark is None else LookMark.of_text(stored.mark)
    return LastLook(stored.looked_at_ms, mark, stored.seen_audit, identity)


def record_look(
    identity: DatabaseIdentity,
    mark: LookMark | None = None,
    seen_audit: int | None = None,
    now_ms: int | None = None,
) -> None:
    """Keep that a person has looked: how the file was, up to which audit, or both.

    The file itself is not opened. Raises `CtsError` where the side database fails.
    """
    text = None if mark is None else mark.as_text()
    look = StoredLook(_now_ms() if now_ms is None else now_ms, text, seen_audit)
    with open_store() as store:
        store.record_look(identity, look)


def read_finding_news(look: LastLook) -> FindingNews | None:
    """Return which findings are new since `look`; None where nobody knows whose file it is.

    The file itself is not opened. Raises `CtsError` where the side database fails.
    """
    if look.identity is None:
        return None
    with open_store() as store:
        return find_news(store, look.identity, look, _now_ms())


def find_news(store: Store, identity: DatabaseIdentity, look: LastLook, now_ms: int) -> FindingNews:
    """Return which findings of a database are new since `look`."""
    lines = store.list_audits(identity)
    last = lines[0].id if lines else 0
    if look.seen_audit is None:
        return FindingNews(None, None, None, last)
    seen, accepted = store.read_sightings(identity), store.read_accepted(identity)
    hidden = {
        name for name, one in accepted.items() if one.until_ms is None or one.until_ms >= now_ms
    }
    return FindingNews(
        new=frozenset(_first_seen_after(look.seen_audit, seen) - hidden),
        worse=_count_worse(store, identity, lines, look.seen_audit, hidden),
        came_back=frozenset(_run_out(look, accepted, now_ms) & seen.keys()),
        last_audit=last,
    )


def _first_seen_after(audit: int, seen: Mapping[str, Sighting]) -> set[str]:
    return {
        name
        for name, sighting in seen.items()
        if sighting.first_audit is not None and sighting.first_audit > audit
    }


def _run_out(look: LastLook, accepted: Mapping[str, Acceptance], now_ms: int) -> set[str]:
    """Return what was accepted until a moment since the look.

    Of a look in the future nobody knows when it was: then everything that has run out counts.
    """
    since_ms = look.at_ms if look.at_ms is not None and look.at_ms <= now_ms else 0
    return {
        name
        for name, one in accepted.items()
        if one.until_ms is not None and since_ms <= one.until_ms < now_ms
    }


def _count_worse(
    store: Store,
    identity: DatabaseIdentity,
    lines: Sequence[AuditLine],
    seen_audit: int,
    hidden: set[str],
) -> int | None:
    if not lines or lines[0].id <= seen_audit:
        return 0
    earlier = store.read_last_audit(identity, lines[0].profile, seen_audit)
    later = None if earlier is None else store.read_audit(identity, lines[0].id)
    if earlier is None or later is None:
        return None
    changes = compare_documents(earlier.document, later.document).changes
    return sum(change == "worse" and name not in hidden for name, change in changes.items())


def _taken_over(store: Store, identity: DatabaseIdentity, mark: LookMark) -> StoredLook:
    seen = [one.id for one in store.list_audits(identity) if one.started_at_ms <= mark.at_ms]
    return StoredLook(mark.at_ms, mark.as_text(), max(seen, default=0))


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
