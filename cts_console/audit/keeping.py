"""What the side database keeps about an audited file: its audits, and since when findings exist.

Only a whole audit is kept: the last one is what people go by, and one rule that passed, or an audit
that was stopped, would hide what the whole one before it found.
"""

from __future__ import annotations

import os
import time
from dataclasses import replace
from typing import Any, Final

from cts_console.audit.accepting import mark_accepted
from cts_console.audit.document import instant
from cts_console.audit.history import answered_rules
from cts_console.audit.known import identify_file
from cts_console.audit.result import AuditResult
from cts_console.audit.unsettled import settle_fixes
from cts_console.errors import CtsError
from cts_console.maintenance import open_look
from cts_console.sqlite import Connection, side_file
from cts_console.store import (
    DatabaseIdentity,
    Sighting,
    SizeSample,
    Store,
    StoredAudit,
    identify,
    open_store,
)

LATEST: Final = "latest"
"""Asks for the last audit of the same profile, else for the last."""


def keep_audit(result: AuditResult, document: dict[str, Any]) -> dict[str, Any]:
    """Fill in and record `document`; return `{"id": number | None, "error": error object | None}`.

    `accepted` and `since` of its findings are filled in from the console's own records, and the
    file's size of now is recorded with it; fixes that ended in the middle are settled by what it
    found. An audit that is not whole is filled in, but has no
    number; one that could not be kept is an audit all the same.
    """
    try:
        with open_look(result.path) as connection:
            identity = identify(connection, original=result.path)
            size = _read_size(connection, result)
        with open_store() as store:
            seen = recall(store, identity, document, result.started_at_ms)
            settle_fixes(
                store,
                identity,
                answered=answered_rules(document),
                found={sighting.fingerprint for sighting in seen},
                asked_at_ms=result.started_at_ms,
            )
            if not result.is_whole:
                return {"id": None, "error": None}
            store.record_size_sample(identity, size)
            number = store.record_audit(identity, document, answered_rules(document), seen)
            return {"id": number, "error": None}
    except CtsError as error:
        return {"id": None, "error": error.as_document()}


def recall(
    store: Store, identity: DatabaseIdentity, document: dict[str, Any], now_ms: int
) -> list[Sighting]:
    """Fill in `accepted` and `since` of a fresh document; return its findings as sightings."""
    known = store.read_sightings(identity)
    seen: dict[str, Sighting] = {}
    for finding in document["findings"]:
        name = finding["fingerprint"]
        since_ms = known[name].since_ms if name in known else now_ms
        seen[name] = Sighting(name, finding["rule"], finding["object"], since_ms)
        finding["since"] = instant(since_ms)
    document.update(mark_accepted(document, store.read_accepted(identity), now_ms))
    return list(seen.values())


def read_last_kept(
    store: Store, identity: DatabaseIdentity, profile: str | None = None
) -> StoredAudit | None:
    """Return the audit that was kept last, or the last of one profile, with what is accepted now.

    Raises `CtsError` where the console's own records cannot be read.
    """
    stored = store.read_last_audit(identity, profile)
    return None if stored is None else _as_of_now(store, identity, stored)


def read_audit(path: str | os.PathLike[str], which: str, profile: str) -> StoredAudit | None:
    """Return a kept audit of the file at `path`: by its number, or `LATEST` for one of `profile`.

    None where `LATEST` finds none. The audits of a database of which the file is a copy count, so
    that a copy without audits of its own has a past. Raises `CtsError`: usage where there is no
    such audit, what opening the file raises, and what the side database raises.
    """
    if which != LATEST and not (which.isascii() and which.isdecimal()):
        raise CtsError(
            "usage",
            "No such audit",
            f"{which!r} is no number of an audit.",
            f"Use {LATEST}, or a number that `audit history` names.",
        )
    identity = identify_file(path)
    with open_store() as store:
        if which == LATEST:
            stored = store.read_earlier_audit(identity, profile)
        else:
            # A number that SQLite does not have is no audit's either.
            stored = store.read_audit(identity, int(which)) if len(which) < 19 else None
            if stored is None:
                raise CtsError(
                    "usage",
                    "No such audit",
                    f"No audit {which} of this database is kept.",
                    "`cts-console audit history DATABASE` names those that are.",
                )
        return None if stored is None else _as_of_now(store, identity, stored)


def _as_of_now(store: Store, identity: DatabaseIdentity, stored: StoredAudit) -> StoredAudit:
    accepted = store.read_accepted(identity)
    now_ms = time.time_ns() // 1_000_000
    return replace(stored, document=mark_accepted(stored.document, accepted, now_ms))


def _read_size(connection: Connection, result: AuditResult) -> SizeSample:
    wal = side_file(result.path, "-wal")
    return SizeSample(
        size_bytes=result.size_bytes,
        wal_bytes=wal.stat().st_size if wal.exists() else 0,
        page_count=connection.read_int("PRAGMA page_count"),
        freelist_count=connection.read_int("PRAGMA freelist_count"),
        at_ms=result.started_at_ms,
    )
