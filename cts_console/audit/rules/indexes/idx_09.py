"""The indexes of a table weigh more than its data.

What it finds: a table whose indexes together take more of the file than its rows do, and at least
1 MB. Those that stand for a PRIMARY KEY or UNIQUE constraint count as well.

Why a trader cares: every insert writes the row once and each index once more, so that most of what
the engine writes is indexes; backups and the page cache carry them along.

What to do: look at IDX-01, IDX-02 and IDX-08 first, and drop what no query needs. A table whose
rows are little more than its key may be rebuilt WITHOUT ROWID.

Tolerance and false positives: it may well be right so: then accept the finding. On a CTS database
the indexes of the expected schema are there by design and do not count, only those of one's own.
Sizes are whole pages.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.describe import index_terms
from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, Rule
from cts_console.audit.weights import WEIGHTS, Weights, weights_of
from cts_console.migrate import read_expected_schema
from cts_console.schema import Index, Table
from cts_console.sqlite import quote_text

LEAST_BYTES: Final = 1_000_000


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per table."""
    tables = [table for table in context.schema.ordinary_tables() if table.indexes]
    if not tables:
        raise NotApplicableError("no table has an index")
    weights = weights_of(context)
    by_design = read_expected_schema() if context.kind == "cts" else {}
    for table in tables:
        counted = [
            index
            for index in table.indexes
            if index.root_page != table.root_page
            and ("index", index.name) not in by_design
            and not (index.origin != "c" and ("table", table.name) in by_design)
        ]
        finding = _finding(table, counted, weights)
        if finding is not None:
            yield finding


def _finding(table: Table, indexes: list[Index], weights: Weights) -> Finding | None:
    sizes = {i.name: weights[i.name].bytes for i in indexes if i.name in weights}
    total = sum(sizes.values())
    if table.name not in weights or total < LEAST_BYTES:
        return None
    own = weights[table.name].bytes
    if total <= own:
        return None
    heaviest = sorted(
        (index for index in indexes if index.name in sizes), key=lambda i: -sizes[i.name]
    )
    return RULE.finding(
        object=table.name,
        table=table.name,
        cause="heavier",
        title=(
            f"The indexes of {table.name} take {total / 1e6:,.1f} MB, its rows {own / 1e6:,.1f} MB"
        ),
        detail=(
            f"Every insert writes the row once and {len(sizes):,} indexes beside it. Most of what "
            f"is written to {table.name}, backed up and kept in the page cache is indexes."
        ),
        recommendation=(
            "Drop the indexes that no query needs; IDX-01, IDX-02 and IDX-08 name those that "
            "another one stands in for."
        ),
        evidence=Evidence.of(
            ("index", "terms", "bytes", "bytes of the rows"),
            [(index.name, index_terms(index), sizes[index.name], own) for index in heaviest],
        ),
        sql=(
            "SELECT name, pgsize FROM temp.dbstat WHERE aggregate = TRUE AND name IN "
            f"(SELECT name FROM sqlite_schema WHERE tbl_name = {quote_text(table.name)})"
        ),
    )


RULE = Rule(
    id="IDX-09",
    title="Indexes heavier than the data",
    category="indexes",
    severity="info",
    profile="standard",
    needs=Needs(),
    check=check,
    readings=(WEIGHTS,),
)
