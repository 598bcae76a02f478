"""An index that repeats a UNIQUE or PRIMARY KEY constraint.

What it finds: an index made by CREATE INDEX whose terms are exactly those of a UNIQUE or PRIMARY
KEY constraint, for which SQLite keeps an index already, or whose only term is the rowid (INTEGER
PRIMARY KEY), by which the table itself is sorted.

Why a trader cares: every insert pays for it, and no search gains.

What to do: drop it; the constraint's own index stays.

Tolerance and false positives: another order, direction or collation, a WHERE or a further column
makes it another index. Over the rowid of a table with long rows such an index can make a full count
faster; that is seldom worth its price.
"""

from __future__ import annotations

from collections.abc import Iterable

from cts_console.audit.describe import INDEX_COLUMNS, index_query, index_row, index_terms
from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.redundancy import Redundant, find_redundant
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.sqlite import quote_identifier


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per index that repeats a constraint."""
    for table in context.schema.tables:
        for found in find_redundant(table):
            if found.reason == "constraint":
                yield _finding(found)


def _finding(found: Redundant) -> Finding:
    index, other = found.index, found.by
    is_unique = other is not None and other.origin == "u"
    constraint = "a UNIQUE constraint" if is_unique else "the PRIMARY KEY"
    names = (index.name,) if other is None else (index.name, other.name)
    return RULE.finding(
        object=index.name,
        table=index.table,
        cause="unique" if is_unique else "primary key",
        title=f"Index {index.name} repeats {constraint} of {index.table}",
        detail=(
            f"{index.table} is indexed by {index_terms(index)} already, for {constraint}. Every "
            "insert and update writes both, and no search gains by the second."
        ),
        recommendation=f"Drop {index.name}; the constraint keeps its own index.",
        evidence=Evidence.of(INDEX_COLUMNS, [index_row(i) for i in (index, other) if i]),
        sql=index_query(*names),
        fix_sql=f"DROP INDEX {quote_identifier(index.name)}",
    )


RULE = Rule(
    id="IDX-08",
    title="Index that repeats a UNIQUE or PRIMARY KEY constraint",
    category="indexes",
    severity="warning",
    profile="quick",
    needs=Needs(),
    check=check,
)
