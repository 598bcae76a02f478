"""An audit as the JSON document of `interfaces.md`.

Here nothing is accepted, `change` is null, and `since` is the start of this audit, the first moment
at which the finding is known to exist; `keeping` and `history` fill in what earlier audits know.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cts_console.audit.advice import shown_sql
from cts_console.audit.finding import Finding
from cts_console.audit.queries import query_name
from cts_console.audit.result import AuditResult, Check, IndexSize, TableSize
from cts_console.audit.rule import Rule
from cts_console.pragmas import PragmaReading
from cts_console.sqlite import SqliteValue, sqlite_version
from cts_console.store import StoredQuery

Document = dict[str, Any]

SEVERITIES: Final = ("critical", "error", "warning", "info")
"""The worst first."""
_COUNTED: Final = ("passed", "not_applicable", "not_checked", "errored")
_LONGEST_VALUE: Final = 2_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def instant(milliseconds: int) -> str:
    """Return milliseconds since the epoch as documents have it: ISO 8601 in UTC."""
    moment = _EPOCH + timedelta(milliseconds=milliseconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def audit_document(result: AuditResult) -> Document:
    """Return the document of `audit`. JSON values only."""
    started_at = instant(result.started_at_ms)
    findings = [_finding(finding, started_at) for finding in result.findings]
    return {
        "database": str(result.path),
        "profile": result.profile,
        "whole": result.is_whole,
        "kind": result.kind,
        "sqlite_version": sqlite_version(),
        "started_at": started_at,
        "duration_ms": round(result.duration_ms, 1),
        "size_bytes": result.size_bytes,
        "content_hash": None,
        "note": result.note or None,
        "summary": _summary(result, findings),
        "checks": [_check(check) for check in result.checks],
        "findings": findings,
        "tables": [_table(size) for size in result.tables],
        "indexes": [_index(size) for size in result.indexes],
        "pragmas": [_setting(reading) for reading in result.settings],
    }


def rule_document(rule: Rule) -> Document:
    """Return what `--list-rules` says of a rule."""
    return {
        "rule": rule.id,
        "title": rule.title,
        "category": rule.category,
        "severity": rule.severity,
        "profile": rule.profile,
        "help": rule.help,
    }


def query_document(query: StoredQuery) -> Document:
    """Return a query that a person added, for a list."""
    return {
        "id": query_name(query),
        "sql": _text(shown_sql(query.sql)),
        "added_at": instant(query.added_at_ms),
        "last_seen_at": instant(query.last_seen_at_ms),
    }


def count_findings(findings: Sequence[Document]) -> Document:
    """Return the part of `summary` that counts findings: by severity, the accepted ones apart."""
    severities = [one["severity"] for one in findings if one["accepted"] is None]
    return {
        **{severity: severities.count(severity) for severity in SEVERITIES},
        "accepted": len(findings) - len(severities),
    }


def _summary(result: AuditResult, findings: Sequence[Document]) -> Document:
    states = [check.status for check in result.checks]
    return {
        **count_findings(findings),
        "rules_found": states.count("found"),
        **{f"rules_{state}": sum(s == state for s in states) for state in _COUNTED},
    }


def _check(check: Check) -> Document:
    return {
        "rule": check.rule,
        "status": check.status,
        "duration_ms": round(check.duration_ms, 1),
        "note": None if check.note is None else _text(check.note),
    }


def _finding(finding: Finding, started_at: str) -> Document:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "category": finding.category,
        "accepted": None,
        "accepted_until": None,
        "change": None,
        "object": _json_value(finding.object),
        "table": _json_value(finding.table),
        "title": _text(finding.title),
        "detail": _text(finding.detail),
        "recommendation": _text(finding.recommendation),
        "evidence": {
            "columns": list(finding.evidence.columns),
            "rows": [[_json_value(value) for value in row] for row in finding.evidence.rows],
            "total": finding.evidence.total,
        },
        "sql": finding.sql,
        "fix_sql": finding.fix_sql,
        "confidence": finding.confidence,
        "fingerprint": finding.fingerprint,
        "since": started_at,
    }


def _table(size: TableSize) -> Document:
    document = {
        "name": size.table.name,
        "rows": size.count.rows,
        "columns": len(size.table.columns),
        "indexes": len(size.table.indexes),
        "bytes": size.bytes,
    }
    if size.count.estimated:
        document["estimated"] = True
    return document


def _index(size: IndexSize) -> Document:
    index = size.index
    return {
        "name": index.name,
        "table": index.table,
        "columns": [key.column or key.expression or "rowid" for key in index.keys],
        "unique": index.unique,
        "partial": index.partial,
        "bytes": size.bytes,
    }


def _setting(reading: PragmaReading) -> Document:
    return {
        "name": reading.name,
        "value": reading.value,
        "expected": reading.expected,
        "ok": reading.ok,
        "scope": reading.scope,
    }


def _json_value(value: SqliteValue) -> SqliteValue:
    """Return a value that JSON has: blobs as SQL literals, infinities as text, long texts cut."""
    if isinstance(value, bytes):
        return _text(f"x'{value[: _LONGEST_VALUE // 2].hex()}'")
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return _text(value) if isinstance(value, str) else value


def _text(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
