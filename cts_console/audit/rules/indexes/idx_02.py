"""An index with which a longer one begins.

What it finds: an index (made by CREATE INDEX, not UNIQUE) whose terms are the first terms of
another index of the table, with the same collations and directions, over the same rows; also one
that has the same terms as a UNIQUE index.

Why a trader cares: every insert pays for both, and the longer one answers the same searches.

What to do: drop the shorter one.

Tolerance and false positives: a UNIQUE index enforces something and is never reported. Partial
indexes are compared only with indexes of the same WHERE. An index of a rowid table also ends with
the rowid: where the longer index does not continue with it, a query that sorts by the rowid within
one value loses that order, and the finding says "likely". The shorter index is also smaller, which
a query that reads the whole index may notice.
"""

from __future__ import annotations

from collections.abc import Iterable

from cts_console.audit.describe import INDEX_COLUMNS, index_query, index_row, index_terms
from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.redundancy import Redundant, find_redundant
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.schema import Index
from cts_console.sqlite import quote_identifier


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per index with which another one begins."""
    for table in context.schema.tables:
        for found in find_redundant(table):
            if found.reason == "prefix" and found.by is not None:
                yield _finding(found, found.by)


def _finding(found: Redundant, other: Index) -> Finding:
    index = found.index
    order = (
        ""
        if found.same_order
        else f" Only a query that sorts by the rowid within one value of {index_terms(index)} "
        "would lose that order."
    )
    return RULE.finding(
        object=index.name,
        table=index.table,
        cause="prefix",
        title=f"Index {index.name} is the beginning of {other.name}",
        detail=(
            f"{other.name} ({index_terms(other)}) answers every search that {index.name} "
            f"({index_terms(index)}) answers; every insert and update of {index.table} writes "
            f"both.{order}"
        ),
        recommendation=f"Drop {index.name}; {other.name} stands in for it.",
        evidence=Evidence.of(INDEX_COLUMNS, [index_row(index), index_row(other)]),
        sql=index_query(index.name, other.name),
        fix_sql=f"DROP INDEX {quote_identifier(index.name)}",
        confidence="certain" if found.same_order else "likely",
    )


RULE = Rule(
    id="IDX-02",
    title="Index that is the beginning of another",
    category="indexes",
    severity="warning",
    profile="quick",
    needs=Needs(),
    check=check,
)
