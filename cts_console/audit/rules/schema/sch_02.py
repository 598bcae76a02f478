"""A table differs from the expected schema.

What it finds: a column that is missing or has another type, NOT NULL or default; another primary
key; a UNIQUE constraint, a CHECK, a foreign key or a trigger that is missing; a foreign key with
other actions; STRICT or WITHOUT ROWID that is not as it should be. One finding per table.

Why a trader cares: the engine writes rows that the table refuses, or the table takes rows that it
should refuse: a trade without its order, an amount that is text, an audit log that can be changed.

What to do: compare the definitions, and bring the table back to the expected one by a migration.

Tolerance and false positives: only CTS databases are asked. Structure is compared, not text. What
a table has beyond the expected (columns, indexes, constraints, triggers) is no difference, and what
pending migrations would change is not missed (MIG-01). A missing table is SCH-01's, a missing index
IDX-10's; a trigger that is there under its name with another text is SCH-09's.
"""

from __future__ import annotations

from collections.abc import Iterable

from cts_console.audit.differences import DIFFERENCE_COLUMNS, find_differences
from cts_console.audit.expected import read_expected
from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.schema import Schema, Table
from cts_console.sqlite import Row, quote_text


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per table that differs."""
    expected = read_expected(context)
    tables = context.schema.tables_by_name()
    triggers = {trigger.name.lower() for trigger in context.schema.triggers}
    for wanted in expected.tables:
        actual = tables.get(wanted.name.lower())
        if actual is None or actual.virtual or wanted.is_internal:
            continue
        differences = find_differences(wanted, actual)
        differences += _missing_triggers(expected, wanted, triggers)
        if differences:
            yield _finding(actual, differences)


def _missing_triggers(expected: Schema, table: Table, there: set[str]) -> list[Row]:
    return [
        ("trigger", trigger.name, "there", "missing")
        for trigger in expected.triggers
        if trigger.table.lower() == table.name.lower() and trigger.name.lower() not in there
    ]


def _finding(table: Table, differences: list[Row]) -> Finding:
    count = "one place" if len(differences) == 1 else f"{len(differences):,} places"
    first = " ".join(str(part) for part in differences[0][:2] if part)
    return RULE.finding(
        object=table.name,
        table=table.name,
        cause="differs",
        title=f"{table.name} differs from the expected schema in {count}: {first}",
        detail=(
            f"The migrations recorded as applied make {table.name} otherwise than it is. Programs "
            "that count on the expected table write rows that this one refuses, or it takes rows "
            "that it should refuse."
        ),
        recommendation=(
            "Compare the definitions and find out what changed the table, then bring it back by a "
            "migration. Where the change is wanted, accept the finding with the reason."
        ),
        evidence=Evidence.of(DIFFERENCE_COLUMNS, differences),
        sql=f"SELECT sql FROM sqlite_schema WHERE tbl_name = {quote_text(table.name)}",
    )


RULE = Rule(
    id="SCH-02",
    title="Table differs from the expected schema",
    category="schema",
    severity="warning",
    profile="quick",
    needs=Needs(kinds=("cts",)),
    check=check,
)
