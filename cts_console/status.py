"""How a database is, told in well under a second whatever its size.

Everything here is a header field, a look into the schema, a row of a small table or what the last
audit measured; nothing reads a large table. A verdict on integrity comes only from an audit, with
its time.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any, Final

from cts_console.audit import AuditResult, audit_document, read_last_kept, recall, run_audit
from cts_console.documents import (
    connection_document,
    engine_document,
    instant,
)
from cts_console.engine import read_connections, read_engines, read_heartbeat_timeout_s
from cts_console.errors import CtsError
from cts_console.maintenance import open_look
from cts_console.migrate import read_failed_files, read_migration_status, read_setting
from cts_console.overview import empty_news, merge_documents, read_news
from cts_console.pragmas import read_pragmas
from cts_console.progress import CancelToken, ProgressCallback
from cts_console.sqlite import (
    Connection,
    classify,
    read_header,
    resolve_database_path,
    side_file,
    sqlite_version,
)
from cts_console.sqlite.inspection import read_foreign_rows
from cts_console.store import StoredAudit, identify, open_store

_ISSUES: Final = ("critical", "error", "warning")
_OF_EVERY_PAGE: Final = "INT-01"
_OF_DAMAGE: Final = (_OF_EVERY_PAGE, "INT-03")
# The promise of "well under a second" holds on a loaded machine and a slow disk as well.
_QUICK_LIMIT_S: Final = 0.4
_LAST_BULK: Final = """
SELECT operation, table_name, rows_written, duration_ms, status, started_at
FROM batch_processor_stats ORDER BY started_at DESC, id DESC LIMIT 1
"""


def read_status(
    path: str | os.PathLike[str],
    *,
    seen: bool = False,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> dict[str, Any]:
    """Return the document of `status` (`interfaces.md`) for any SQLite database.

    With `seen` the news are seen, and the next ones count from now (`overview/looking.py`).
    `on_progress` is told of a wait for a lock. A file that begins as a database does but is
    damaged gives `"status": "error"` and the reason among the issues. Raises what `open_database`
    raises.
    """
    resolved = resolve_database_path(path)
    document: dict[str, Any] = {
        "status": "ok",
        "database": _empty_database(resolved),
        "migrations": {"total": 0, "applied": 0, "pending": 0},
        "connections": {"total": 0, "enabled": 0, "items": []},
        "engines": {"running": 0, "stale": 0, "items": []},
        "performance": {"last_audit": None, "last_audit_error": None, "last_bulk": None},
        "news": empty_news(),
        "sqlite_version": sqlite_version(),
        "generated_at": instant(time.time_ns() // 1_000_000),
    }
    try:
        with open_look(resolved, on_progress=on_progress, cancel=cancel) as connection:
            _fill(document, connection, cancel)
            kind, size_bytes = (document["database"][name] for name in ("kind", "size_bytes"))
            document["news"] = read_news(connection, resolved, kind, size_bytes, seen=seen)
    except CtsError as error:
        if error.code != "damaged":
            raise
        document["status"] = "error"
        document["database"]["issues"].append(error.message)
        document["database"]["recommendations"].append(error.hint)
    if cancel is not None:
        cancel.raise_if_cancelled()
    return document


def _empty_database(path: Path) -> dict[str, Any]:
    """Return the `database` object with what needs no page of the file."""
    wal = side_file(path, "-wal")
    return {
        "path": str(path),
        "size_bytes": path.stat().st_size,
        "wal_bytes": wal.stat().st_size if wal.exists() else 0,
        "page_size": None,
        "page_count": 0,
        "freelist_count": 0,
        "table_count": None,
        "index_count": None,
        "journal_mode": None,
        "pragmas": {},
        "integrity": {"result": "not_checked", "at": None},
        "issues": [],
        "accepted": 0,
        "recommendations": [],
        "kind": "unknown",
        "purpose": None,
    }


def _fill(document: dict[str, Any], connection: Connection, cancel: CancelToken | None) -> None:
    database = document["database"]
    if connection.note:
        database["recommendations"].append(connection.note)
    _read_file_facts(database, connection)
    database["kind"] = classify(connection)
    _read_schema_facts(database, connection)
    if database["kind"] == "cts":
        _read_cts(document, connection)
    quick = run_audit(connection.path, profile="quick", limit_s=_QUICK_LIMIT_S, cancel=cancel)
    _apply_audits(document, connection, quick)


def _read_file_facts(database: dict[str, Any], connection: Connection) -> None:
    header = read_header(connection)
    database["page_size"] = header.page_size if header else None
    database["page_count"] = connection.read_int("PRAGMA page_count")
    database["freelist_count"] = connection.read_int("PRAGMA freelist_count")
    readings = read_pragmas(connection, "trading")
    database["pragmas"] = {reading.name: reading.value for reading in readings}
    database["journal_mode"] = database["pragmas"]["journal_mode"]


def _read_schema_facts(database: dict[str, Any], connection: Connection) -> None:
    counts = {
        str(kind): count
        for kind, count in connection.read_rows(
            "SELECT type, count(*) FROM sqlite_schema "
            "WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' GROUP BY type"
        )
    }
    database["table_count"] = counts.get("table", 0)
    database["index_count"] = counts.get("index", 0)


def _read_cts(document: dict[str, Any], connection: Connection) -> None:
    """Add what only a CTS database has; a file stopped in its first migrations may lack it."""
    migrations = read_migration_status(connection, failed=read_failed_files(connection))
    document["migrations"] = {
        "total": migrations.total,
        "applied": migrations.applied,
        "pending": migrations.pending,
    }
    try:
        document["database"]["purpose"] = read_setting(connection, "database.purpose")
        if not migrations.pending:
            _read_contents(document, connection)
    except CtsError as error:
        if error.code != "usage":
            raise
        document["status"] = "error"
        document["database"]["issues"].append(
            f"A table is not as the migrations made it: {error.message}"
        )


def _read_contents(document: dict[str, Any], connection: Connection) -> None:
    """Add the connections, the engines and the last bulk operation."""
    rows = read_connections(connection)
    document["connections"] = {
        "total": len(rows),
        "enabled": sum(row.is_enabled for row in rows),
        "items": [connection_document(row) for row in rows],
    }
    now_ms = time.time_ns() // 1_000_000
    timeout_s = read_heartbeat_timeout_s(connection)
    engines = [(row, row.is_stale(now_ms, timeout_s)) for row in read_engines(connection)]
    document["engines"] = {
        "running": sum(row.status == "running" and not stale for row, stale in engines),
        "stale": sum(stale for _, stale in engines),
        "items": [engine_document(row, stale=stale) for row, stale in engines],
    }
    document["performance"]["last_bulk"] = _read_last_bulk(connection)


def _read_last_bulk(connection: Connection) -> dict[str, Any] | None:
    rows = read_foreign_rows(connection, _LAST_BULK)
    if not rows:
        return None
    operation, table, rows_written, duration_ms, status, started_at = rows[0]
    return {
        "operation": operation,
        "table": table,
        "rows_written": rows_written,
        "duration_ms": duration_ms,
        "status": status,
        "started_at": instant(started_at if isinstance(started_at, int) else None),
    }


def _read_last_audits(
    connection: Connection, original: Path, now: dict[str, Any], now_ms: int
) -> tuple[StoredAudit | None, StoredAudit | None]:
    """Return the deep audit and the audit of any profile that were kept last.

    What is accepted is filled in there and in the document of now.
    """
    identity = identify(connection, original=original)
    with open_store() as store:
        recall(store, identity, now, now_ms)
        return read_last_kept(store, identity, "deep"), read_last_kept(store, identity)


def _apply_audits(document: dict[str, Any], connection: Connection, quick: AuditResult) -> None:
    """Add what the kept audits and the quick one of this moment say."""
    deep: StoredAudit | None = None
    last: StoredAudit | None = None
    now = audit_document(quick)
    try:
        deep, last = _read_last_audits(connection, quick.path, now, quick.started_at_ms)
    except CtsError as error:
        document["performance"]["last_audit_error"] = error.message
        document["database"]["recommendations"].append(f"{error.message} {error.hint}")
    if last is not None:
        document["performance"]["last_audit"] = {
            name: last.document[name]
            for name in ("started_at", "duration_ms", "profile", "summary")
        }
    documents = [stored.document for stored in (deep, last) if stored is not None]
    document["database"]["integrity"] = _integrity(documents, now)
    _apply_findings(document, None if last is None else last.document, now)


def _integrity(kept: list[dict[str, Any]], now: dict[str, Any]) -> dict[str, Any]:
    """Return the verdict on integrity; of every rule its newest answer counts.

    Only a check of every page says `ok`. The quick look of now opens hardly a page: it can say
    `damaged` and take back what it said itself, no more.
    """
    answers: dict[str, tuple[str, str]] = {}
    for audit in kept:
        answers |= _answers_on_integrity(audit)
    for rule, answer in _answers_on_integrity(now).items():
        if "found" in (answer[0], answers.get(rule, ("", ""))[0]):
            answers[rule] = answer
    damaged = [answers[rule][1] for rule in _OF_DAMAGE if answers.get(rule, ("", ""))[0] == "found"]
    if damaged:
        return {"result": "damaged", "at": max(damaged)}
    whole = answers.get(_OF_EVERY_PAGE)
    if whole is not None:
        return {"result": "ok", "at": whole[1]}
    if answers:
        return {"result": "partial", "at": max(at for _, at in answers.values())}
    return {"result": "not_checked", "at": kept[-1]["started_at"] if kept else None}


def _answers_on_integrity(audit: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Return the rules on integrity that gave an answer, with the answer and its time."""
    return {
        check["rule"]: (check["status"], audit["started_at"])
        for check in audit["checks"]
        if check["rule"].startswith("INT-") and check["status"] in ("passed", "found")
    }


def _apply_findings(
    document: dict[str, Any], last: dict[str, Any] | None, now: dict[str, Any]
) -> None:
    """Let what is known to be so decide the status: what is found now, then the last audit."""
    database = document["database"]
    severities: set[str] = set()
    told: set[str] = set()
    fresh = {finding["fingerprint"] for finding in now["findings"]}
    then = "" if last is None else f" (found by the audit of {last['started_at']})"
    for finding in merge_documents(last, now):
        if finding["accepted"] is not None:
            database["accepted"] += 1
            continue
        severities.add(finding["severity"])
        told.add(finding["rule"])
        if finding["severity"] in _ISSUES:
            when = "" if finding["fingerprint"] in fresh else then
            database["issues"].append(f"{finding['title']}{when}")
        if (
            finding["recommendation"]
            and finding["recommendation"] not in database["recommendations"]
        ):
            database["recommendations"].append(finding["recommendation"])
    is_damaged = database["integrity"]["result"] == "damaged"
    if is_damaged and not told & set(_OF_DAMAGE):
        database["issues"].append(
            f"Damage was found by the audit of {database['integrity']['at']}."
        )
    if is_damaged or severities & {"critical", "error"}:
        document["status"] = "error"
    elif "warning" in severities and document["status"] == "ok":
        document["status"] = "degraded"
