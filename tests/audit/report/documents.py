"""Documents of audits to report: a small one by hand, and as many findings as wanted."""

from __future__ import annotations

import copy
from typing import Any

HOSTILE = "<script>alert(1)</script>\x1b[31m\u202egpj.exe\n"

FINDING: dict[str, Any] = {
    "rule": "IDX-01",
    "severity": "warning",
    "category": "indexes",
    "accepted": None,
    "change": "new",
    "object": "orders_again",
    "table": "orders",
    "title": "Index orders_again repeats idx_orders",
    "detail": "Every write pays for both.",
    "recommendation": "Drop one.",
    "evidence": {
        "columns": ["name", "created_at", "note"],
        "rows": [[f"row-{n}", 1_700_000_000_000 + n, None] for n in range(100)],
        "total": 12_345,
    },
    "sql": "SELECT 1",
    "fix_sql": 'DROP INDEX "orders_again"',
    "confidence": "certain",
    "fingerprint": "0123456789abcdef",
    "since": "2026-01-02T03:04:05.000Z",
}


def make_document(findings: int = 1, **changes: Any) -> dict[str, Any]:
    """Return an audit's document with so many findings, each changed by `changes`."""
    return {
        "database": "/data/trading.db",
        "profile": "standard",
        "whole": True,
        "kind": "cts",
        "sqlite_version": "3.54.1",
        "started_at": "2026-11-25T15:04:38.123Z",
        "duration_ms": 3_400.5,
        "size_bytes": 48_211_968,
        "content_hash": None,
        "note": "read from a private copy",
        "summary": {},
        "checks": [
            {"rule": "IDX-01", "status": "found", "duration_ms": 1.0, "note": None},
            {"rule": "INT-03", "status": "passed", "duration_ms": 1.0, "note": None},
            {"rule": "TRD-05", "status": "not_checked", "duration_ms": 0.0, "note": "no order"},
            {"rule": "TRD-06", "status": "not_checked", "duration_ms": 0.0, "note": "no order"},
            {"rule": "INT-02", "status": "passed", "duration_ms": 0.0, "note": "without lost"},
            {"rule": "SEC-01", "status": "not_applicable", "duration_ms": 0.0, "note": "none"},
        ],
        "findings": [copy.deepcopy(FINDING) | changes for _ in range(findings)],
        "tables": [
            {"name": "orders", "rows": 1_234, "columns": 9, "indexes": 2, "bytes": 4_096},
            {
                "name": "a",
                "rows": 5,
                "columns": 1,
                "indexes": 0,
                "bytes": None,
                "estimated": True,
            },
        ],
        "indexes": [
            {
                "name": "orders_again",
                "table": "orders",
                "columns": ["status"],
                "unique": True,
                "partial": False,
                "bytes": 4_096,
            }
        ],
        "pragmas": [
            {
                "name": "journal_mode",
                "value": "wal",
                "expected": "wal",
                "ok": True,
                "scope": "file",
            }
        ],
    }
