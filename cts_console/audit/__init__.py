"""The audit room: rules over any SQLite file, the runner that asks them, and what they found."""

from __future__ import annotations

from cts_console.audit.document import audit_document, query_document, rule_document
from cts_console.audit.finding import Evidence, Finding, Severity
from cts_console.audit.instants import is_instant
from cts_console.audit.keeping import change_queries, keep_audit
from cts_console.audit.result import STOPPED, AuditResult, Check, IndexSize, TableSize
from cts_console.audit.rule import AuditContext, AuditProfile, Needs, Rule
from cts_console.audit.rules import RULES
from cts_console.audit.runner import check_profile, run_audit, select_rules

__all__ = [
    "RULES",
    "STOPPED",
    "AuditContext",
    "AuditProfile",
    "AuditResult",
    "Check",
    "Evidence",
    "Finding",
    "IndexSize",
    "Needs",
    "Rule",
    "Severity",
    "TableSize",
    "audit_document",
    "change_queries",
    "check_profile",
    "is_instant",
    "keep_audit",
    "query_document",
    "rule_document",
    "run_audit",
    "select_rules",
]
