"""Which columns are meant to hold JSON: what GEN-07 asks."""

from __future__ import annotations

import re
from typing import Final

from cts_console.audit.census.inquiry import Inquiry
from cts_console.audit.census.subject import Subject, affinity
from cts_console.audit.rule import AuditContext
from cts_console.schema import Column

_DECLARED: Final = re.compile(r"JSONB?\b", re.IGNORECASE)
_OF_CTS: Final = frozenset({"parameters", "config", "metadata", "details", "context", "settings"})
_NOT_JSON: Final = "typeof({c}) = 'text' AND NOT json_valid({c})"


def is_declared_json(column: Column) -> bool:
    """Return whether the declared type says JSON."""
    return _DECLARED.match(column.type) is not None


def not_json(subject: Subject, column: Column) -> str | None:
    """Return the condition that holds for texts that are no JSON; None where any text may be.

    An empty text is "nothing" in many programs; CTS writes {}. v3.1 kept words in `context` too:
    there only what begins as JSON must be JSON.
    """
    is_ours = subject.shape != "other" and column.name.lower() in _OF_CTS
    if not is_ours and not is_declared_json(column):
        return None
    if subject.shape == "cts":
        return _NOT_JSON
    if column.name.lower() == "context" and not is_declared_json(column):
        return f"{_NOT_JSON} AND trim({{c}}) GLOB '[[{{]*'"
    return f"{_NOT_JSON} AND length(trim({{c}})) > 0"


def bad_documents(subject: Subject, column: Column) -> str:
    """Return the measure that counts texts that are no JSON."""
    return f"count(*) FILTER (WHERE {not_json(subject, column)})"


def _measures(_: AuditContext, subject: Subject, column: Column) -> tuple[str, ...]:
    if not_json(subject, column) is None:
        return ()
    if subject.table.strict and affinity(subject.table, column) not in ("text", "none"):
        return ()
    return (bad_documents(subject, column),)


DOCUMENTS: Final = Inquiry(_measures, "no column is declared as JSON or known to hold it")
