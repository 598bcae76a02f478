"""The document of `import`, as `interfaces.md` promises it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from cts_console.transfer.model import ImportResult


def import_document(database: Path, file: Path, result: ImportResult) -> dict[str, Any]:
    """Return the document of an import."""
    return {
        "database": str(database),
        "file": str(file),
        "table": result.table,
        "format": result.format,
        "rows_read": result.rows_read,
        "rows_written": result.rows_written,
        "rows_rejected": result.rows_rejected,
        "rejects_file": None if result.rejects_file is None else str(result.rejects_file),
        "bytes_read": result.bytes_read,
        "duration_ms": round(result.duration_s * 1000, 1),
        "rows_per_s": round(result.rows_per_s, 1),
        "strategy": result.strategy,
        "indexes_deferred": list(result.indexes_deferred),
        "mode": result.mode,
        "batch": result.batch_id,
        "dry_run": result.dry_run,
        "detected": asdict(result.detected),
        "mapping": result.mapping,
        "constants": result.constants,
        "left_out": list(result.left_out),
        "known_keys": [asdict(known) for known in result.known_keys],
        "notes": list(result.notes),
        "first_rejects": [asdict(row) for row in result.first_rejects],
    }
