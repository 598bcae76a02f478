"""A planned and an applied fix as JSON documents."""

from __future__ import annotations

from typing import Any

from cts_console.audit.document import instant
from cts_console.audit.fixing.model import FixPlan, FixResult

Document = dict[str, Any]


def plan_document(plan: FixPlan) -> Document:
    """Return the document of a fix that was only planned. JSON values only."""
    return {
        "database": str(plan.path),
        "rule": plan.rule,
        "fingerprint": plan.fingerprint,
        "object": plan.object,
        "table": plan.table,
        "title": plan.title,
        "steps": [{"kind": step.kind, "sql": step.sql} for step in plan.steps],
        "passage": plan.passage,
        "estimated_hold_s": round(plan.hold_s, 3),
        "alone": plan.users.alone,
        "users": plan.users.describe(),
        "backup_bytes": plan.backup_bytes,
        "export_reason": plan.export_reason or None,
        "refusal": plan.gate_reason or None,
        "applied": None,
        "output": None,
    }


def result_document(result: FixResult) -> Document:
    """Return the document of a fix that was applied."""
    return plan_document(result.plan) | {
        "applied": {
            "at": instant(result.at_ms),
            "duration_ms": round(result.duration_ms, 1),
            "backup": None if result.backup is None else str(result.backup),
            "outcome": result.outcome,
            "note": result.note,
            "kept": result.kept,
        }
    }
