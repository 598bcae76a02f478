"""Statistics without an object, and indexes that tell nothing apart.

What it finds: rows in SQLite's statistics for tables or indexes that are gone. A deep audit also
finds, as info, indexes in which every row holds the same value, or none.

Why a trader cares: left-over statistics mislead whoever reads them, and SQLite itself once a table
or index of that name comes back with other rows. An index over one value finds nothing faster and
costs a write with every insert.

What to do: delete the left-over rows; look whether a query of yours asks for a value that the index
does not have yet, and drop the index where none does.

Tolerance and false positives: an index that finds out quickly that there is no such row is of use
for just that. So the second half is said of tables of at least ten rows, never of an index that a
query of the CTS catalogue uses, that leads with a foreign key, is UNIQUE or partial, or repeats
another index (IDX-01, IDX-02, IDX-08), and its confidence is unknown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from cts_console.audit.census import raise_for
from cts_console.audit.census.subject import ordinary_tables
from cts_console.audit.describe import INDEX_COLUMNS, index_query, index_row, index_terms
from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.redundancy import find_redundant
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import counted
from cts_console.errors import CtsError
from cts_console.paths import resources_dir
from cts_console.schema import Index, Table
from cts_console.sqlite import quote_identifier
from cts_console.sqlite.inspection import read_foreign_rows

LEAST_ROWS: Final = 10
STATISTICS: Final = ("sqlite_stat1", "sqlite_stat3", "sqlite_stat4")
# A primary key WITHOUT ROWID goes by its table's name.
ORPHANS: Final = (
    "lower(tbl) NOT IN (SELECT lower(name) FROM sqlite_schema WHERE type = 'table') "
    "OR (lower(idx) <> lower(tbl) AND lower(tbl) || ' ' || lower(idx) NOT IN "
    "(SELECT lower(tbl_name) || ' ' || lower(name) FROM sqlite_schema WHERE type = 'index'))"
)


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per table of statistics, and one per index over one value."""
    left_out: list[str] = []
    for name in STATISTICS:
        table = context.schema.tables_by_name().get(name)
        if (
            table is not None
            and not table.virtual
            and {"tbl", "idx"} <= {column.name for column in table.columns}
        ):
            yield from _orphans(context, name)
    if context.profile == "deep":
        used = _catalogue_indexes() if context.kind == "cts" else frozenset()
        for table in ordinary_tables(context):
            for index in _candidates(table, used):
                try:
                    is_constant = _is_constant(context, table, index)
                except CtsError as error:
                    if error.code not in ("usage", "damaged"):
                        raise
                    left_out.append(f"{index.name}: {error.message}")
                else:
                    if is_constant:
                        yield _constant_finding(index)
    raise_for(left_out)


def _orphans(context: AuditContext, name: str) -> Iterable[Finding]:
    rows = read_foreign_rows(
        context.connection,
        f"SELECT tbl, idx, count(*) FROM main.{name} WHERE {ORPHANS} GROUP BY 1, 2",
    )
    if not rows:
        return
    total = sum(count for *_, count in rows if isinstance(count, int))
    yield RULE.finding(
        object=name,
        table=name,
        cause="statistics without an object",
        title=f"{counted(total, 'row')} of {name} for tables or indexes that are gone",
        detail=(
            "SQLite plans its queries by these statistics. Those of a vanished table or index "
            "serve nothing, and count as true again for the next one of that name."
        ),
        recommendation="Delete them; nothing else is touched.",
        evidence=Evidence.of(("statistics of table", "index", "rows"), rows),
        sql=f"SELECT * FROM {name} WHERE {ORPHANS}",
        fix_sql=f"DELETE FROM {name} WHERE {ORPHANS}",
    )


def _catalogue_indexes() -> frozenset[str]:
    """Return the indexes that the queries of the CTS catalogue use, in lower case."""
    text = (resources_dir() / "queries.json").read_text("utf-8")
    return frozenset(str(query["index"]).lower() for query in json.loads(text))


def _candidates(table: Table, used: frozenset[str]) -> Iterable[Index]:
    redundant = {repeated.index.name for repeated in find_redundant(table)}
    for index in table.indexes:
        if index.origin != "c" or index.unique or index.partial:
            continue
        if index.name in redundant or index.name.lower() in used:
            continue
        if all(key.column is not None for key in index.keys) and not _serves_a_key(table, index):
            yield index


def _serves_a_key(table: Table, index: Index) -> bool:
    names = [(key.column or "").lower() for key in index.keys]
    return any(
        {column.lower() for column in key.columns} == set(names[: len(key.columns)])
        for key in table.foreign_keys
    )


def _is_constant(context: AuditContext, table: Table, index: Index) -> bool:
    """Return whether the index holds one and the same entry for all of at least ten rows."""
    source = f"main.{quote_identifier(table.name)}"
    names = [quote_identifier(key.column or "") for key in index.keys]
    firsts = ", ".join(f"{name} AS first_{number}" for number, name in enumerate(names))
    differs = " OR ".join(
        f"t.{name} COLLATE BINARY IS NOT f.first_{number}" for number, name in enumerate(names)
    )
    first = f"(SELECT {firsts} FROM {source} LIMIT 1)"
    sql = (
        f"SELECT (SELECT count(*) FROM (SELECT 1 FROM {source} LIMIT {LEAST_ROWS})), "
        f"EXISTS (SELECT 1 FROM {source} AS t, {first} AS f WHERE {differs})"
    )
    ((rows, has_other),) = read_foreign_rows(context.connection, sql)
    return rows == LEAST_ROWS and not has_other


def _constant_finding(index: Index) -> Finding:
    terms = index_terms(index)
    return RULE.finding(
        object=index.name,
        table=index.table,
        cause="one value",
        title=f"Index {index.name} holds one value in every row of {index.table}",
        detail=(
            f"{terms} is the same in all rows, or NULL in all. A search by it finds every row or "
            "none, and every insert and delete pays for the index."
        ),
        recommendation=(
            "Look whether a query of yours asks for another value than this one. Where none does, "
            f"drop it: DROP INDEX {quote_identifier(index.name)}."
        ),
        evidence=Evidence.of(INDEX_COLUMNS, [index_row(index)]),
        sql=index_query(index.name),
        confidence="unknown",
        severity="info",
    )


RULE = Rule(
    id="IDX-06",
    title="Statistics without an object, and indexes over one value",
    category="indexes",
    severity="warning",
    profile="quick",
    needs=Needs(),
    check=check,
)
