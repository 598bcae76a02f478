"""An index that another index repeats exactly.

What it finds: two indexes made by CREATE INDEX on the same table with the same terms in the same
order, the same collations and directions, the same WHERE and the same uniqueness. The older one
stays.

Why a trader cares: every insert and update pays for both, and no query gains: on a table of market
data that is a part of every tick.

What to do: drop the younger one.

Tolerance and false positives: a different collation, direction, WHERE or uniqueness makes two
indexes different. Expressions are compared by their text without white space, comments and case, so
that two texts that merely mean the same are not found. A query that names the index (INDEXED BY)
fails once it is gone.
"""

from __future__ import annotations

from collections.abc import Iterable

from cts_console.audit.describe import INDEX_COLUMNS, index_query, index_row, index_terms
from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.redundancy import find_redundant
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.sqlite import quote_identifier


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per index that repeats an older one."""
    for table in context.schema.tables:
        for found in find_redundant(table):
            if found.reason != "duplicate" or found.by is None:
                continue
            index, other = found.index, found.by
            yield RULE.finding(
                object=index.name,
                table=table.name,
                cause="duplicate",
                title=f"Index {index.name} repeats {other.name}",
                detail=(
                    f"Both index {table.name} by {index_terms(index)}. Every insert and update "
                    "writes both, and no query gains by the second."
                ),
                recommendation=f"Drop {index.name}; {other.name} does the same.",
                evidence=Evidence.of(INDEX_COLUMNS, [index_row(index), index_row(other)]),
                sql=index_query(index.name, other.name),
                fix_sql=f"DROP INDEX {quote_identifier(index.name)}",
            )


RULE = Rule(
    id="IDX-01",
    title="Duplicate index",
    category="indexes",
    severity="warning",
    profile="quick",
    needs=Needs(),
    check=check,
)
