"""Results as the documents of `interfaces.md`: one shape for the command line and the endpoint.

Durations are `*_ms`, sizes `*_bytes`, instants ISO 8601 in UTC with `Z`. Fields may be added;
none may be renamed or dropped.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cts_console.engine import EngineState, ExchangeConnection
from cts_console.maintenance import (
    BackupResult,
    CheckpointResult,
    DatabaseStats,
    FileLocks,
    LockHolder,
    OptimizeResult,
    VerifyResult,
)
from cts_console.migrate import (
    MigrationFailure,
    MigrationRun,
    MigrationStatus,
    PreflightItem,
    SchemaCounts,
)
from cts_console.pragmas import PragmaReading
from cts_console.sqlite import sqlite_version
from cts_console.startup import StartupResult

if TYPE_CHECKING:
    # Not loaded with every command.
    from cts_console.bench import BenchResult
    from cts_console.engine.simulated import SimulationResult
    from cts_console.monitor import Sample
    from cts_console.transfer.export import ExportResult

Document = dict[str, Any]


def instant(milliseconds: int | None) -> str | None:
    """Return milliseconds since the epoch as ISO 8601 in UTC; None stays None."""
    if milliseconds is None:
        return None
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def startup_document(result: StartupResult) -> Document:
    """Return the document of `init`."""
    document: Document = {
        "database": str(result.database),
        "created": result.created,
        "sqlite_version": sqlite_version(),
        "ok": result.ok,
        "duration_ms": round(result.duration_ms, 1),
        "steps": [
            {
                "name": step.name,
                "ok": step.ok,
                "duration_ms": round(step.duration_ms, 1),
                "detail": step.detail,
            }
            for step in result.steps
        ],
        "migrations": _migration_counts(result.migrations),
        "schema": counts_document(result.counts),
        "pragmas": [pragma_document(reading) for reading in result.pragmas],
        "connections": [connection_document(row) for row in result.connections],
        "engines": [
            {**connection_document(row), "would_start": True} for row in result.would_start
        ],
        "errors": [error.as_document() for error in result.errors],
    }
    if result.errors:
        document["error"] = result.errors[0].as_document()
    return document


def counts_document(counts: SchemaCounts | None) -> Document | None:
    """Return the `schema` object of `init`; None where it was not counted."""
    return None if counts is None else asdict(counts)


def pragma_document(reading: PragmaReading) -> Document:
    """Return one setting, as in the documents of `init`, `pragma` and `audit`."""
    return {
        "name": reading.name,
        "value": reading.value,
        "expected": reading.expected,
        "default": reading.default,
        "scope": reading.scope,
        "needs_vacuum": reading.needs_vacuum,
        "ok": reading.ok,
        "doc": reading.doc,
    }


def pragmas_document(
    profile: str, readings: Iterable[PragmaReading], applied: Iterable[str]
) -> Document:
    """Return the document of `pragma`; `applied` names what was changed just now."""
    return {
        "profile": profile,
        "items": [pragma_document(reading) for reading in readings],
        "applied": list(applied),
    }


def checkpoint_document(result: CheckpointResult) -> Document:
    """Return the document of `checkpoint`."""
    return {**asdict(result), "duration_ms": round(result.duration_ms, 1)}


def optimize_document(result: OptimizeResult, done: CheckpointResult | None) -> Document:
    """Return the document of `optimize`; `done` is the checkpoint behind it, None without a WAL."""
    return {
        **asdict(result),
        "analyzed": list(result.analyzed),
        "checkpoint": None if done is None else checkpoint_document(done),
        "duration_ms": round(result.duration_ms, 1),
    }


def bench_document(result: BenchResult) -> Document:
    """Return the document of `bench`."""
    return {
        "database": str(result.database),
        "table": result.table,
        "results": [asdict(one) for one in result.results],
        "notes": list(result.notes),
        "duration_ms": round(result.duration_ms, 1),
    }


def export_document(result: ExportResult) -> Document:
    """Return the document of `export`."""
    return {
        "rows": result.rows,
        "bytes": result.bytes,
        "duration_ms": round(result.duration_ms, 1),
        "format": result.format,
        "output": str(result.output),
        "notes": list(result.notes),
    }


def backup_document(result: BackupResult) -> Document:
    """Return the document of `backup`."""
    return {
        "output": str(result.output),
        "bytes": result.size_bytes,
        "pages": result.pages,
        "sha256": result.sha256,
        "verified": result.verified,
        "integrity": list(result.integrity),
        "foreign_key_violations": result.foreign_key_violations,
        "notes": list(result.notes),
        "duration_ms": round(result.duration_ms, 1),
    }


def verify_document(result: VerifyResult) -> Document:
    """Return the document of `verify`."""
    return {
        "file": str(result.path),
        "verified": result.verified,
        "integrity": list(result.integrity),
        "foreign_key_violations": result.foreign_key_violations,
        "notes": list(result.notes),
        "pages": result.page_count,
        "size_bytes": result.size_bytes,
        "sha256": result.sha256,
        "duration_ms": round(result.duration_ms, 1),
    }


def stats_document(result: DatabaseStats) -> Document:
    """Return the document of `stats`."""
    return {**asdict(result), "tables": [asdict(table) for table in result.tables]}


def connection_document(row: ExchangeConnection) -> Document:
    """Return one exchange connection."""
    return {**asdict(row), "would_start": row.would_start}


def engine_document(row: EngineState, *, stale: bool) -> Document:
    """Return what an engine last wrote, and whether that is too old to believe."""
    return {
        "connection_id": row.connection_id,
        "connection": row.connection,
        "status": row.status,
        "heartbeat_at": instant(row.heartbeat_at),
        "stale": stale,
    }


def migration_run_document(run: MigrationRun) -> Document:
    """Return the document of `migrate`."""
    return {
        "total": run.total,
        "already_applied": run.already_applied,
        "applied": [{"file": row.file, "duration_ms": row.duration_ms} for row in run.applied],
        "failed": _failure(run.failed),
        "backup": None if run.backup is None else str(run.backup),
    }


def migration_status_document(status: MigrationStatus) -> Document:
    """Return the document of `migrate --status`."""
    return {
        "total": status.total,
        "applied": status.applied,
        "pending": status.pending,
        "items": [
            {
                "file": item.file,
                "number": item.number,
                "state": item.state,
                "applied_at": instant(item.applied_at),
                "duration_ms": item.duration_ms,
                "checksum": item.checksum,
            }
            for item in status.items
        ],
    }


def preflight_document(items: tuple[PreflightItem, ...]) -> Document:
    """Return the document of `migrate --preflight`."""
    return {
        "items": [
            {
                "file": item.file,
                "ok": item.ok,
                "duration_ms": item.duration_ms,
                "error": None if item.error is None else asdict(item.error),
                "created": list(item.created),
                "dropped": list(item.dropped),
                "altered": list(item.altered),
            }
            for item in items
        ]
    }


def simulation_document(result: SimulationResult) -> Document:
    """Return the document of `simulate`."""
    return {**asdict(result), "duration_ms": round(result.duration_ms, 1)}


def sample_document(sample: Sample) -> Document:
    """Return one line of `monitor`. None is unknown; `rows` are read at most once a second."""
    growth = sample.rows_per_table
    rows = None if growth is None else {row.table: row.rows for row in growth.tables}
    return {
        "at": instant(sample.at_ms),
        "interval_ms": round(sample.interval_s * 1000, 1),
        "journal_mode": sample.journal_mode,
        "commits": sample.commits,
        "frames": sample.frames,
        "wal_bytes_written": sample.wal_bytes_written,
        "checkpoints": sample.checkpoints,
        "rows": rows,
        "commits_per_s": _rate(sample.commits, sample.interval_s),
        "frames_per_s": _rate(sample.frames, sample.interval_s),
        "bytes_per_s": _rate(sample.wal_bytes_written, sample.interval_s),
        "rows_per_s": None
        if growth is None
        else _rate(sum(row.rows for row in growth.tables), growth.interval_s),
        "wal_bytes": sample.wal_bytes,
        "wal_frames": sample.wal_frames,
        "wal_frames_checkpointed": sample.wal_frames_checkpointed,
        "size_bytes": sample.size_bytes,
        "missed": sample.missed > 0,
    }


def locks_document(locks: FileLocks) -> Document:
    """Return the document of `locks`; `since_s` is None where nobody watched."""
    return {
        "holders": [{**_user(row), "lock": row.holder.how} for row in locks.locks],
        "idle": [_user(row) for row in locks.idle],
        "wal_bytes": locks.wal_bytes,
        "known": locks.known,
    }


def _user(row: LockHolder) -> Document:
    since_s = None if row.since_s is None else round(row.since_s, 2)
    return {
        "pid": row.holder.pid,
        "command": row.holder.command,
        "since_s": since_s,
        "started_at": instant(row.started_ms),
    }


def _rate(count: int | None, interval_s: float) -> float | None:
    return None if count is None or interval_s <= 0 else round(count / interval_s, 1)


def _migration_counts(run: MigrationRun | None) -> Document | None:
    if run is None:
        return None
    done = len(run.applied) + run.already_applied
    return {
        "total": run.total,
        "applied": len(run.applied),
        "already_applied": run.already_applied,
        "pending": run.total - done,
        "failed": _failure(run.failed),
        "backup": None if run.backup is None else str(run.backup),
    }


def _failure(failure: MigrationFailure | None) -> Document | None:
    if failure is None:
        return None
    return {
        "file": failure.file,
        "line": failure.line,
        "statement": failure.statement,
        "message": failure.message,
        "hint": failure.hint,
    }
