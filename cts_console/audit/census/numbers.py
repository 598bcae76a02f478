"""Which columns hold numbers that may be infinite: what GEN-03 asks."""

from __future__ import annotations

from typing import Final

from cts_console.audit.census.inquiry import FIRST_CLASS, LEAST, MOST, Inquiry
from cts_console.audit.census.subject import Subject, affinity, is_rigid
from cts_console.audit.rule import AuditContext
from cts_console.schema import Column


def _measures(_: AuditContext, subject: Subject, column: Column) -> tuple[str, ...]:
    kind = affinity(subject.table, column)
    if kind in ("text", "blob") or (kind == "integer" and is_rigid(subject.table, column)):
        return ()
    return (FIRST_CLASS, LEAST, MOST)


NUMBERS: Final = Inquiry(_measures, "no column can hold a real number")
