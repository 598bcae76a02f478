"""The audit room: rules over any SQLite file, the runner that asks them, and what they found."""

from __future__ import annotations

from cts_console.audit.accepting import (
    accept_finding,
    acceptance_document,
    list_accepted,
    mark_accepted,
    mark_accepted_now,
    withdraw_acceptance,
)
from cts_console.audit.document import audit_document, query_document, rule_document
from cts_console.audit.finding import Evidence, Finding, Severity
from cts_console.audit.history import (
    Comparison,
    add_comparison,
    compare_documents,
    without_comparison,
)
from cts_console.audit.instants import is_instant
from cts_console.audit.keeping import (
    LATEST,
    keep_audit,
    read_audit,
    read_last_kept,
    recall,
)
from cts_console.audit.known import identify_file
from cts_console.audit.past import (
    Past,
    list_unsettled,
    pair_audits,
    read_changes,
    read_history,
    read_past,
    read_unsettled_fixes,
)
from cts_console.audit.queries import change_queries
from cts_console.audit.result import STOPPED, AuditResult, Check, IndexSize, TableSize
from cts_console.audit.rule import AuditContext, AuditProfile, Needs, Rule
from cts_console.audit.rules import RULES
from cts_console.audit.runner import check_profile, run_audit, select_rules

__all__ = [
    "LATEST",
    "RULES",
    "STOPPED",
    "AuditContext",
    "AuditProfile",
    "AuditResult",
    "Check",
    "Comparison",
    "Evidence",
    "Finding",
    "IndexSize",
    "Needs",
    "Past",
    "Rule",
    "Severity",
    "TableSize",
    "accept_finding",
    "acceptance_document",
    "add_comparison",
    "audit_document",
    "change_queries",
    "check_profile",
    "compare_documents",
    "identify_file",
    "is_instant",
    "keep_audit",
    "list_accepted",
    "list_unsettled",
    "mark_accepted",
    "mark_accepted_now",
    "pair_audits",
    "query_document",
    "read_audit",
    "read_changes",
    "read_history",
    "read_last_kept",
    "read_past",
    "read_unsettled_fixes",
    "recall",
    "rule_document",
    "run_audit",
    "select_rules",
    "withdraw_acceptance",
    "without_comparison",
]
