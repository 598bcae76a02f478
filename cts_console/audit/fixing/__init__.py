"""Apply what a finding proposes: planned anew, behind a backup, checked again, and remembered."""

from __future__ import annotations

from cts_console.audit.fixing.document import plan_document, result_document
from cts_console.audit.fixing.export import export_fix
from cts_console.audit.fixing.merging import merge_answer
from cts_console.audit.fixing.model import (
    FixOutcome,
    FixPlan,
    FixResult,
    FixStep,
    Passage,
    StepKind,
)
from cts_console.audit.fixing.planning import plan_fix
from cts_console.audit.fixing.running import run_fix

__all__ = [
    "FixOutcome",
    "FixPlan",
    "FixResult",
    "FixStep",
    "Passage",
    "StepKind",
    "export_fix",
    "merge_answer",
    "plan_document",
    "plan_fix",
    "result_document",
    "run_fix",
]
