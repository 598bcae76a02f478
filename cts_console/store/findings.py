"""Single findings in the side database: since when they are there, and which are accepted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from cts_console.sqlite import Connection
from cts_console.store.records import Acceptance, Sighting


def update_sightings(
    connection: Connection,
    database: int,
    audit: int,
    answered: Iterable[str],
    seen: Sequence[Sighting],
) -> None:
    """Add what `audit` saw and forget what the rules of `answered` did not see any more."""
    rows = [[one.fingerprint, one.rule, json.dumps(one.object), one.since_ms] for one in seen]
    connection.execute(
        "DELETE FROM sightings WHERE database = ? "
        "AND rule IN (SELECT value FROM json_each(?)) "
        "AND fingerprint NOT IN (SELECT value FROM json_each(?))",
        (database, json.dumps(list(answered)), json.dumps([row[0] for row in rows])),
    )
    connection.execute(
        "INSERT OR IGNORE INTO sightings (database, first_audit, fingerprint, rule, object, since) "
        "SELECT ?, ?, value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?)",
        (database, audit, json.dumps(rows)),
    )


def read_sightings(connection: Connection, database: int) -> dict[str, Sighting]:
    """Return the findings that are there, by fingerprint."""
    rows = connection.read_rows(
        "SELECT fingerprint, rule, object, since, first_audit FROM sightings WHERE database = ?",
        (database,),
    )
    return {
        str(fingerprint): Sighting(fingerprint, rule, json.loads(str(name)), since, audit)  # type: ignore[arg-type]  # STRICT columns
        for fingerprint, rule, name, since, audit in rows
    }


def insert_acceptance(connection: Connection, database: int, accepted: Acceptance) -> None:
    """Accept a finding; one that was accepted before is accepted anew."""
    connection.execute(
        "INSERT OR REPLACE INTO accepted (database, fingerprint, rule, object, reason, "
        "accepted_at, until) VALUES (?,?,?,?,?,?,?)",
        (
            database,
            accepted.fingerprint,
            accepted.rule,
            json.dumps(accepted.object),
            accepted.reason,
            accepted.accepted_at_ms,
            accepted.until_ms,
        ),
    )


def delete_acceptance(connection: Connection, database: int, fingerprint: str) -> bool:
    """Accept a finding no longer; return whether it was accepted."""
    rows = connection.read_rows(
        "DELETE FROM accepted WHERE database = ? AND fingerprint = ? RETURNING 1",
        (database, fingerprint),
    )
    return bool(rows)


def read_acceptances(connection: Connection, database: int) -> dict[str, Acceptance]:
    """Return what is or was accepted, by fingerprint."""
    rows = connection.read_rows(
        "SELECT fingerprint, rule, object, reason, accepted_at, until FROM accepted "
        "WHERE database = ? ORDER BY accepted_at, fingerprint",
        (database,),
    )
    return {
        str(fingerprint): Acceptance(fingerprint, rule, json.loads(str(name)), reason, at, until)  # type: ignore[arg-type]  # STRICT columns
        for fingerprint, rule, name, reason, at, until in rows
    }
