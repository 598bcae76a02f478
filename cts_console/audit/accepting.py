"""Findings that a person knows of and lives with: folded away and counted, until a date.

What is accepted is kept in the side database and applied whenever a document is made or read, so
that an acceptance that has run out takes nothing to come back.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cts_console.audit.document import count_findings, instant
from cts_console.audit.known import identify_file
from cts_console.errors import CtsError
from cts_console.store import Acceptance, open_store

Document = dict[str, Any]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def mark_accepted(document: Document, accepted: Mapping[str, Acceptance], now_ms: int) -> Document:
    """Return an `audit` document with what is accepted at `now_ms`, and its counts."""
    findings = [
        finding | _marks(accepted.get(finding["fingerprint"]), now_ms)
        for finding in document["findings"]
    ]
    counts = document["summary"] | count_findings(findings)
    return document | {"findings": findings, "summary": counts}


def mark_accepted_now(path: str | os.PathLike[str], document: Document) -> Document:
    """Return an `audit` document of the file at `path` with what is accepted at this moment.

    Raises `CtsError`: what opening the file raises, and what the side database raises.
    """
    identity = identify_file(path)
    with open_store() as store:
        accepted = store.read_accepted(identity)
    return mark_accepted(document, accepted, time.time_ns() // 1_000_000)


def accept_finding(
    path: str | os.PathLike[str], fingerprint: str, *, reason: str, until: str | None = None
) -> Acceptance:
    """Accept a finding of the file at `path` until a date, or for good, and return what is kept.

    The finding must be among those that the kept audits know, or be accepted already: then reason
    and date are replaced. `until` is a date (its whole day counts, in UTC) or an instant in ISO
    8601. Raises `CtsError`: usage for an unknown finding, an empty reason or a date that is none or
    past; what opening the file raises, and what the side database raises.
    """
    now_ms = time.time_ns() // 1_000_000
    # What a terminal sent that is no Unicode cannot be kept as text.
    words = reason.strip().encode("utf-8", "replace").decode()
    if not words:
        raise CtsError("usage", "No reason", "The reason is empty.", "Say why in a few words.")
    until_ms = None if until is None else _read_until(until, now_ms)
    identity = identify_file(path)
    with open_store() as store:
        known = store.read_sightings(identity) | store.read_accepted(identity)
        finding = known.get(fingerprint)
        if finding is None:
            raise CtsError(
                "usage",
                "No such finding",
                f"{fingerprint!r} is no finding of the kept audits of this database.",
                "Run `cts-console audit DATABASE`: it names the fingerprint of each finding.",
            )
        accepted = Acceptance(fingerprint, finding.rule, finding.object, words, now_ms, until_ms)
        store.accept(identity, accepted)
    return accepted


def withdraw_acceptance(path: str | os.PathLike[str], fingerprint: str) -> None:
    """Accept a finding of the file at `path` no longer.

    Raises `CtsError`: usage where it is not accepted, what opening the file raises, and what the
    side database raises.
    """
    identity = identify_file(path)
    with open_store() as store:
        if fingerprint not in store.read_accepted(identity):
            raise CtsError(
                "usage",
                "Not accepted",
                f"{fingerprint!r} is no accepted finding of this database.",
                "`cts-console audit accept DATABASE --list` names those that are.",
            )
        store.withdraw(identity, fingerprint)


def list_accepted(path: str | os.PathLike[str]) -> tuple[Acceptance, ...]:
    """Return what is or was accepted of the file at `path`, the oldest first.

    Raises `CtsError`: what opening the file raises, and what the side database raises.
    """
    identity = identify_file(path)
    with open_store() as store:
        return tuple(store.read_accepted(identity).values())


def acceptance_document(accepted: Acceptance) -> Document:
    """Return an acceptance as a document of its own, for lists and answers."""
    now_ms = time.time_ns() // 1_000_000
    return {
        "fingerprint": accepted.fingerprint,
        "rule": accepted.rule,
        "object": accepted.object,
        **_told(accepted),
        "expired": _is_expired(accepted, now_ms),
    }


def _marks(accepted: Acceptance | None, now_ms: int) -> Document:
    if accepted is None:
        return {"accepted": None, "accepted_until": None}
    told = _told(accepted)
    if _is_expired(accepted, now_ms):
        return {"accepted": None, "accepted_until": told["until"]}
    return {"accepted": told, "accepted_until": None}


def _told(accepted: Acceptance) -> Document:
    until_ms = accepted.until_ms
    return {
        "reason": accepted.reason,
        "at": instant(accepted.accepted_at_ms),
        "until": None if until_ms is None else instant(until_ms),
    }


def _is_expired(accepted: Acceptance, now_ms: int) -> bool:
    return accepted.until_ms is not None and accepted.until_ms < now_ms


def _read_until(text: str, now_ms: int) -> int:
    """Return the last millisecond of the day or instant that a person wrote."""
    try:
        moment = datetime.fromisoformat(text.strip())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        if not set("T :") & set(text.strip()):
            moment += timedelta(days=1, milliseconds=-1)
        until_ms = (moment.astimezone(UTC) - _EPOCH) // timedelta(milliseconds=1)
    except (ValueError, OverflowError):
        raise CtsError(
            "usage", "No date", f"{text!r} is no date.", "Write it as 2027-03-31."
        ) from None
    if until_ms < now_ms:
        raise CtsError("usage", "In the past", f"{text} is past.", "Name a later date.")
    return until_ms
