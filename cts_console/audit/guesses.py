"""About how many pages each table and its indexes take: a guess that reads no table.

It orders the parts of a reading and feeds their progress; nothing that is reported depends on it.
"""

from __future__ import annotations

from cts_console.audit.rule import AuditContext
from cts_console.schema import Table, read_row_counts

_COLUMN_WEIGHT = 0.5


def guess_pages(context: AuditContext) -> dict[str, float]:
    """Return the pages of each ordinary table by name: the file's, shared out by rows and trees.

    Raises `CtsError`: cancelled, timeout, locked, damaged.
    """
    tables = [table for table in context.schema.tables if not table.virtual]
    counts = read_row_counts(context.connection, context.schema, exact=False, cancel=context.cancel)
    shares = {t.name: (counts[t.name].rows or 1) * _trees(t) for t in tables if t.name in counts}
    whole = sum(shares.values()) or 1.0
    pages = context.header.page_count
    return {name: max(1.0, pages * share / whole) for name, share in shares.items()}


def _trees(table: Table) -> float:
    return 1.0 + len(table.columns) * _COLUMN_WEIGHT / 4 + len(table.indexes)
