"""Fixes in the side database: begun before the file is changed, settled after it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from cts_console.sqlite import Connection, Row
from cts_console.store.records import StoredFix

_COLUMNS: Final = (
    "id, at, rule, fingerprint, object, title, statements, backup, outcome, note, app_version"
    ", owner"
)


def insert_fix(connection: Connection, database: int, fix: StoredFix) -> int:
    """Add a fix to those of `database` and return its number."""
    connection.execute(
        "INSERT INTO fixes (database, at, rule, fingerprint, object, title, statements, backup, "
        "outcome, note, app_version, owner) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
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
            fix.owner,
        ),
    )
    return connection.read_int("SELECT last_insert_rowid()")


def update_fix(connection: Connection, fix: StoredFix) -> bool:
    """Replace what is known of a fix's effect; return whether it is there."""
    connection.execute(
        "UPDATE fixes SET at = ?, outcome = ?, note = ?, owner = ? WHERE id = ?",
        (fix.at_ms, fix.outcome, json.dumps(fix.note), fix.owner, fix.id),
    )
    return bool(connection.read_int("SELECT changes()"))


def delete_fix(connection: Connection, number: int) -> None:
    """Forget a fix."""
    connection.execute("DELETE FROM fixes WHERE id = ?", (number,))


def read_fixes(connection: Connection, database: int, limit: int) -> list[StoredFix]:
    """Return the fixes of `database`, the last one first, at most `limit`."""
    rows = connection.read_rows(
        f"SELECT {_COLUMNS} FROM fixes WHERE database = ? ORDER BY id DESC LIMIT ?",
        (database, limit),
    )
    return _read(rows)


def read_unsettled_fixes(connection: Connection, database: int) -> list[StoredFix]:
    """Return the fixes of `database` whose process told no end, the oldest first."""
    rows = connection.read_rows(
        f"SELECT {_COLUMNS} FROM fixes WHERE database = ? AND owner IS NOT NULL ORDER BY id",
        (database,),
    )
    return _read(rows)


def _read(rows: Iterable[Row]) -> list[StoredFix]:
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
            owner=owner,  # type: ignore[arg-type]
            id=number,  # type: ignore[arg-type]
        )
        for (
            number,
            at,
            rule,
            fingerprint,
            name,
            title,
            statements,
            backup,
            outcome,
            note,
            version,
            owner,
        ) in rows
    ]
