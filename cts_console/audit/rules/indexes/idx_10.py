"""An index of the expected schema is missing.

What it finds: an index that the migrations recorded as applied made, and that is not in the file
any more.

Why a trader cares: the queries that it was made for read whole tables: order updates and
dashboards get slower with every row, and where it was UNIQUE, duplicates are let in.

What to do: create it again. On a large table that holds the write lock for as long as it takes, so
do it while the engine is idle.

Tolerance and false positives: only CTS databases are asked. An index of another name that does the
same stands in for it. What pending migrations would make is not missed (MIG-01); indexes of a
missing table are SCH-01's trouble, and one that is there under its name with another definition is
SCH-09's.
"""

from __future__ import annotations

from collections.abc import Iterable

from cts_console.audit.describe import INDEX_COLUMNS, index_query, index_row, index_terms
from cts_console.audit.expected import read_expected, same_index
from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.schema import Index


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per missing index."""
    expected = read_expected(context)
    tables = context.schema.tables_by_name()
    names = {index.name.lower() for index in context.schema.indexes}
    for wanted in expected.indexes:
        table = tables.get(wanted.table.lower())
        if table is None or wanted.origin != "c" or wanted.name.lower() in names:
            continue
        if not any(same_index(wanted, index) for index in table.indexes):
            yield _finding(wanted)


def _finding(index: Index) -> Finding:
    unique = " It was UNIQUE: duplicates are let in." if index.unique else ""
    return RULE.finding(
        object=index.name,
        table=index.table,
        cause="missing",
        title=f"Index {index.name} on {index.table} is missing",
        detail=(
            f"The migrations recorded as applied made it on {index.table} ({index_terms(index)}). "
            f"Queries that it was made for read the whole table now.{unique}"
        ),
        recommendation="Create it again while the engine is idle: that holds the write lock.",
        evidence=Evidence.of(INDEX_COLUMNS, [index_row(index)]),
        sql=index_query(index.name),
        # A UNIQUE index may meet duplicates that came in meanwhile: a person looks first.
        fix_sql=None if index.unique else index.sql,
    )


RULE = Rule(
    id="IDX-10",
    title="Index of the expected schema missing",
    category="indexes",
    severity="error",
    profile="quick",
    needs=Needs(kinds=("cts",)),
    check=check,
)
