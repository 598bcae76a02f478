"""A table of the expected schema is missing.

What it finds: a table, or a view, that the migrations recorded as applied made, and that is not in
the file any more.

Why a trader cares: the engine's next statement on it fails. Where it was a table, what it held is
gone from this file.

What to do: find out who dropped it, and bring it back with its rows from a verified backup.

Tolerance and false positives: only CTS databases are asked. What pending migrations would make is
not missed (MIG-01), and tables of one's own beside the expected ones are no trouble. Where the
database was migrated by a newer console nothing is judged, because only that one knows the schema.
A missing view holds no data and is a warning.
"""

from __future__ import annotations

from collections.abc import Iterable

from cts_console.audit.expected import read_expected
from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.schema import Table, View
from cts_console.sqlite import quote_text


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per missing table and per missing view."""
    expected = read_expected(context)
    tables = context.schema.tables_by_name()
    views = {view.name.lower() for view in context.schema.views}
    for table in expected.tables:
        if not table.is_internal and table.name.lower() not in tables:
            yield _finding(table)
    for view in expected.views:
        if view.name.lower() not in views:
            yield _finding(view)


def _finding(missing: Table | View) -> Finding:
    is_table = isinstance(missing, Table)
    kind = "table" if is_table else "view"
    return RULE.finding(
        object=missing.name,
        cause=f"missing {kind}",
        title=f"The {kind} {missing.name} is missing",
        detail=(
            f"The migrations recorded as applied made {missing.name}, and it is gone. Every "
            "statement that names it fails"
            + (", and the rows that it held are not in this file any more." if is_table else ".")
        ),
        recommendation=(
            "Find out who dropped it, then bring it back with its rows from a verified backup."
            if is_table
            else "Create it again with the statement shown."
        ),
        evidence=Evidence.of(("kind", "name", "definition"), [(kind, missing.name, missing.sql)]),
        sql=f"SELECT type, name FROM sqlite_schema WHERE name = {quote_text(missing.name)}",
        fix_sql=None if is_table else missing.sql,
        severity=None if is_table else "warning",
    )


RULE = Rule(
    id="SCH-01",
    title="Table of the expected schema missing",
    category="schema",
    severity="error",
    profile="quick",
    needs=Needs(kinds=("cts",)),
    check=check,
)
