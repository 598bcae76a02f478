"""Tables and indexes whose pages are more than half empty.

What it finds: a table or index of which more than half is unused bytes within its pages, and at
least 10 MB. For each it tells how many of its pages do not follow the one before them.

Why a trader cares: a scan reads twice as many pages as the data needs, and the page cache and every
backup carry the empty half along. It is what deletions in the middle and keys in random order
(UUIDs) leave behind.

What to do: VACUUM writes the file anew with full pages. It needs the file to itself and free disk
for a second copy. Keys that grow with time keep pages full.

Tolerance and false positives: below 10 MB or a half it is not worth the reading. Space in pages
that belong to nothing is STO-01's. Rows of about half a page leave much unused by nature. On an SSD
the order of the pages hardly matters.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.weights import WEIGHTS, weights_of
from cts_console.schema import Weight
from cts_console.sqlite import quote_text

LEAST_BYTES: Final = 10_000_000
LEAST_SHARE: Final = 0.5
# In the order of their paths the pages of a b-tree are in the order of its contents:
# https://sqlite.org/dbstat.html
_OUT_OF_ORDER: Final = (
    "SELECT count(*) FILTER (WHERE pageno <> before + 1), count(*) FROM "
    "(SELECT pageno, lag(pageno) OVER (ORDER BY path) AS before FROM temp.dbstat WHERE name = ?)"
)


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per table or index, the emptiest first."""
    owners = {table.name: table.name for table in context.schema.tables} | {
        index.name: index.table for index in context.schema.indexes
    }
    weights = weights_of(context)
    for name in sorted(weights, key=lambda name: -weights[name].unused_bytes):
        weight = weights[name]
        if weight.unused_bytes >= LEAST_BYTES and weight.unused_bytes > LEAST_SHARE * weight.bytes:
            yield _finding(context, name, owners.get(name), weight)


def _finding(context: AuditContext, name: str, table: str | None, weight: Weight) -> Finding:
    (scattered, pages), *_ = context.read_rows(_OUT_OF_ORDER, (name,))
    return RULE.finding(
        object=name,
        table=table,
        cause="unused",
        title=(
            f"{weight.unused_bytes / weight.bytes:.0%} of {name} is empty: "
            f"{weight.unused_bytes / 1e6:,.1f} of {weight.bytes / 1e6:,.1f} MB"
        ),
        detail=(
            "The bytes are unused within pages that hold a few rows each: deletions in the middle "
            "or keys in random order leave that behind. Every scan reads them and every backup "
            "copies them."
        ),
        recommendation=(
            "VACUUM fills the pages. It writes the whole file anew: do it while no program has the "
            "file open, with free disk for a second copy."
        ),
        evidence=Evidence.of(
            ("name", "bytes", "unused bytes", "pages", "pages out of order"),
            [(name, weight.bytes, weight.unused_bytes, pages, scattered)],
        ),
        sql=(
            "SELECT name, pgsize, unused FROM temp.dbstat WHERE aggregate = TRUE "
            f"AND name = {quote_text(name)}"
        ),
        fix_sql="VACUUM",
    )


RULE = Rule(
    id="STO-06",
    title="Pages that are mostly empty",
    category="storage",
    severity="info",
    profile="standard",
    needs=Needs(),
    check=check,
    readings=(WEIGHTS,),
)
