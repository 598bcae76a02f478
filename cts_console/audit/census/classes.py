"""Which columns hold several storage classes: what SCH-08 asks."""

from __future__ import annotations

import re
from typing import Final

from cts_console.audit.census.documents import is_declared_json
from cts_console.audit.census.inquiry import FIRST_CLASS, LAST_CLASS, Inquiry
from cts_console.audit.census.subject import Subject, affinity, is_rigid
from cts_console.audit.census.times import is_time
from cts_console.audit.rule import AuditContext
from cts_console.schema import Column, Table

BLOBS: Final = "count(*) FILTER (WHERE typeof({c}) = 'blob')"
"""How many values are blobs."""
TEXTS: Final = "count(*) FILTER (WHERE typeof({c}) = 'text')"
"""How many values are texts."""
REALS: Final = "count(*) FILTER (WHERE typeof({c}) = 'real')"
"""How many values are real numbers."""
NUMBERS_HELD: Final = "count(*) FILTER (WHERE typeof({c}) IN ('integer', 'real'))"
"""How many values are numbers."""

_WHOLE: Final = re.compile(r"(?:UNSIGNED )?(?:TINY|SMALL|MEDIUM|BIG)?INT(?:EGER|\d)?\b")
_NUMBER: Final = re.compile(r"INT|REAL|FLOA|DOUB|NUM|DEC|BOOL|MONEY|FIXED")


def says_whole(column: Column) -> bool:
    """Return whether the declared type promises whole numbers."""
    return _WHOLE.match(column.type.upper()) is not None


def says_number(table: Table, column: Column) -> bool:
    """Return whether the declared type promises numbers.

    SQLite takes every type that it does not know (STRING, UUID, DATE) for NUMERIC as well.
    """
    kind = affinity(table, column)
    return kind in ("integer", "real") or (
        kind == "numeric" and _NUMBER.search(column.type.upper()) is not None
    )


def _measures(_: AuditContext, subject: Subject, column: Column) -> tuple[str, ...]:
    if is_rigid(subject.table, column) or is_declared_json(column):
        return ()
    kind = affinity(subject.table, column)
    if kind == "text":
        return (BLOBS,)
    if kind == "blob":
        # Two counts of classes read no payload; the ends of the column would.
        return (TEXTS, NUMBERS_HELD)
    if says_whole(column) and not is_time(column):
        return (FIRST_CLASS, LAST_CLASS, REALS)
    return (FIRST_CLASS, LAST_CLASS)


CLASSES: Final = Inquiry(_measures, "every column is bound to one storage class")
