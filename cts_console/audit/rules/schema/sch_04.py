"""A table without a primary key.

What it finds: an ordinary table that declares no primary key.

Why a trader cares: nothing names one row for good. The same execution can be stored twice without
an error, a correction cannot say which row it means, and copies that work row by row (replication,
comparison of two files) cannot match the rows.

What to do: rebuild the table with a primary key, at best INTEGER PRIMARY KEY.

Tolerance and false positives: SQLite's own tables, virtual tables and the tables that these keep
beside themselves (full text, R-tree) are not looked at. The hidden rowid is no primary key: VACUUM
may number the rows anew.
"""

from __future__ import annotations

from collections.abc import Iterable

from cts_console.audit.describe import index_terms
from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, Rule
from cts_console.schema import Table
from cts_console.sqlite import quote_text


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per table."""
    tables = context.schema.ordinary_tables()
    if not tables:
        raise NotApplicableError("there is no table")
    for table in tables:
        if not table.primary_key:
            yield _finding(table)


def _finding(table: Table) -> Finding:
    uniques = [index for index in table.indexes if index.unique and not index.partial]
    stand_in = (
        f" {uniques[0].name} at least keeps {index_terms(uniques[0])} unique." if uniques else ""
    )
    return RULE.finding(
        object=table.name,
        table=table.name,
        cause="no primary key",
        title=f"{table.name} has no primary key",
        detail=(
            f"Nothing names a row of {table.name} for good: the hidden rowid may change with a "
            f"VACUUM. The same row can be written twice, and a correction cannot say which row it "
            f"means.{stand_in}"
        ),
        recommendation="Rebuild the table with a primary key, at best INTEGER PRIMARY KEY.",
        evidence=Evidence.of(
            ("table", "columns", "unique indexes"),
            [
                (
                    table.name,
                    ", ".join(column.name for column in table.columns),
                    "; ".join(index_terms(index) for index in uniques),
                )
            ],
        ),
        sql=f"SELECT name, pk FROM temp.pragma_table_info({quote_text(table.name)})",
    )


RULE = Rule(
    id="SCH-04",
    title="Table without a primary key",
    category="schema",
    severity="warning",
    profile="quick",
    needs=Needs(),
    check=check,
)
