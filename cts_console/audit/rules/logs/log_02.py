"""A bulk operation that lost rows.

What it finds: an entry in `batch_processor_stats` with errors, or that wrote fewer rows than it was
asked to.

Why a trader cares: the rows that are missing, candles or trades, are missing in everything that is
computed from them, and the program that wanted them written may not know.

What to do: look what the operation was and run it again for what is missing.

Tolerance and false positives: an upsert skips rows that are there already, so fewer rows are no
loss there; errors are. Deleting or updating fewer rows than named may be on purpose, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted

_SQL: Final = """
    SELECT id, operation, table_name, rows_requested, rows_written, errors, started_at
    FROM batch_processor_stats
    WHERE errors > 0 OR (rows_written < rows_requested AND operation <> 'upsert')
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such operations."""
    answer = ask(
        context,
        _SQL,
        {
            "batch_processor_stats": "id operation table_name rows_requested rows_written errors "
            "started_at"
        },
        key="batch_processor_stats",
    )
    if answer.total:
        stats = answer.table("batch_processor_stats")
        yield RULE.finding(
            object=f"{stats}.rows_written",
            table=stats,
            cause="rows lost",
            title=f"{counted(answer.total, 'bulk operation')} with errors or rows that are missing",
            detail=(
                "Fewer rows were written than asked for. Whatever is computed from these tables "
                "lacks them, without an error of its own."
            ),
            recommendation="Look what these operations were to write, and write what is missing.",
            evidence=answer.evidence,
            sql=answer.sql,
        )


RULE = Rule(
    id="LOG-02",
    title="Batch operations with losses",
    category="logs",
    severity="info",
    profile="standard",
    needs=Needs(),
    check=check,
)
