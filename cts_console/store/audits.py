"""Audits in the side database: kept whole, thinned out with age, read one by one or as a list."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from cts_console.errors import CtsError
from cts_console.sqlite import Connection, SqliteValue
from cts_console.store.packing import pack_document, unpack_document
from cts_console.store.records import AuditDocument, AuditLine, StoredAudit

KEPT_DAYS: Final = 90
"""Age up to which every audit is kept; of older ones the last of each week and profile."""
MOST_RECENT: Final = 1_000
"""Audits of one database that are kept because they are young, however often it is audited."""
MOST_BYTES: Final = 64_000_000
"""Bytes of one database's documents, the youngest first; the last of each profile always stays."""
_DAY_MS: Final = 86_400_000
_SEVERITIES: Final = ("critical", "error", "warning", "info", "accepted")
_STORED: Final = "SELECT id, started_at, duration_ms, profile, document FROM audits"
_PRUNE: Final = """
WITH ranked AS (
  SELECT id, started_at,
    row_number() OVER (ORDER BY id DESC) AS place,
    row_number() OVER (PARTITION BY profile ORDER BY id DESC) AS place_in_profile,
    row_number() OVER (PARTITION BY profile, started_at / :week ORDER BY id DESC) AS place_in_week,
    sum(length(document)) OVER (ORDER BY id DESC) AS bytes
  FROM audits WHERE database = :database
)
DELETE FROM audits WHERE id IN (
  SELECT id FROM ranked
  WHERE place_in_profile > 1
    AND (bytes > :bytes
      OR (place_in_week > 1 AND (place > :recent OR started_at < :oldest)))
)
"""


def insert_audit(connection: Connection, database: int, document: Mapping[str, Any]) -> int:
    """Add a document to the audits of `database` and return its number."""
    summary = document["summary"]
    connection.execute(
        "INSERT INTO audits (database, started_at, duration_ms, profile, critical, error, "
        "warning, info, accepted, document) VALUES (?,?,?,?,?,?,?,?,?,?)",
        (
            database,
            _to_ms(document["started_at"]),
            float(document["duration_ms"]),
            str(document["profile"]),
            *(int(summary.get(severity, 0)) for severity in _SEVERITIES),
            pack_document(document),
        ),
    )
    return connection.read_int("SELECT last_insert_rowid()")


def prune_audits(connection: Connection, database: int, now_ms: int) -> None:
    """Forget audits of `database` that are old, so that its history stays bounded."""
    connection.execute(
        _PRUNE,
        {
            "database": database,
            "week": 7 * _DAY_MS,
            "recent": MOST_RECENT,
            "bytes": MOST_BYTES,
            "oldest": now_ms - KEPT_DAYS * _DAY_MS,
        },
    )


def list_audits(connection: Connection, database: int) -> list[AuditLine]:
    """Return the audits of `database`, the last one first."""
    rows = connection.read_rows(
        "SELECT id, started_at, duration_ms, profile, critical, error, warning, info, accepted "
        "FROM audits WHERE database = ? ORDER BY id DESC",
        (database,),
    )
    return [AuditLine(*row) for row in rows]  # type: ignore[arg-type]  # STRICT columns


def read_audit(connection: Connection, database: int, number: int) -> StoredAudit | None:
    """Return audit `number`, or None where `database` has none of this number."""
    return _read(connection, f"{_STORED} WHERE database = ? AND id = ?", (database, number))


def read_last_audit(
    connection: Connection, database: int, profile: str | None = None, up_to: int | None = None
) -> StoredAudit | None:
    """Return the last audit of `database`, of one profile, up to a number, or None."""
    return _read(
        connection,
        f"{_STORED} WHERE database = ?1 AND profile = coalesce(?2, profile) "
        "AND id <= coalesce(?3, id) ORDER BY id DESC LIMIT 1",
        (database, profile, up_to),
    )


def _read(
    connection: Connection, sql: str, bindings: tuple[SqliteValue, ...]
) -> StoredAudit | None:
    row = connection.read_row(sql, bindings)
    if row is None:
        return None
    number, started_at_ms, duration_ms, profile, blob = row
    document = _unpack(connection, blob)
    return StoredAudit(number, started_at_ms, duration_ms, profile, document)  # type: ignore[arg-type]  # STRICT columns


def _unpack(connection: Connection, blob: SqliteValue) -> AuditDocument:
    try:
        assert isinstance(blob, bytes)
        document: AuditDocument = unpack_document(blob)
    except (zlib.error, ValueError) as error:
        raise CtsError(
            "damaged", "", f"{connection.path}: a stored audit cannot be read: {error}."
        ) from error
    return document


def _to_ms(instant: str) -> int:
    """Return an instant of a document (ISO 8601, UTC) as milliseconds since the epoch."""
    return round(datetime.fromisoformat(instant).timestamp() * 1000)
