"""Applied fixes in the side database."""

from __future__ import annotations

import json

from cts_console.sqlite import Connection
from cts_console.store.records import StoredFix


def insert_fix(connection: Connection, database: int, fix: StoredFix) -> int:
    """Add a fix to those of `database` and return its number."""
    connection.execute(
        "INSERT INTO fixes (database, at, rule, fingerprint, object, title, statements, backup, "
        "outcome, note, app_version) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        (
            database,
            fix.at_ms,
            fix.rule,
            fix.fingerprint,
            json.dumps(fix.object),
            json.dumps(fix.title),
            json.dumps(fix.statements),
            json.dumps(fix.backup),
            fix.outcome,
            json.dumps(fix.note),
            fix.app_version,
        ),
    )
    return connection.read_int("SELECT last_insert_rowid()")


def update_fix(connection: Connection, number: int, outcome: str, note: str | None) -> None:
    """Replace what is known of a fix's effect."""
    connection.execute(
        "UPDATE fixes SET outcome = ?, note = ? WHERE id = ?", (outcome, json.dumps(note), number)
    )


def read_fixes(connection: Connection, database: int, limit: int) -> list[StoredFix]:
    """Return the fixes of `database`, the last one first, at most `limit`."""
    rows = connection.read_rows(
        "SELECT at, rule, fingerprint, object, title, statements, backup, outcome, note, "
        "app_version FROM fixes WHERE database = ? ORDER BY id DESC LIMIT ?",
        (database, limit),
    )
    return [
        StoredFix(
            at_ms=at,  # type: ignore[arg-type]  # STRICT columns, here and below
            rule=str(rule),
            fingerprint=str(fingerprint),
            object=json.loads(str(name)),
            title=json.loads(str(title)),
            statements=tuple(json.loads(str(statements))),
            backup=json.loads(str(backup)),
            outcome=str(outcome),
            note=json.loads(str(note)),
            app_version=str(version),
        )
        for at, rule, fingerprint, name, title, statements, backup, outcome, note, version in rows
    ]
