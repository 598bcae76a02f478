"""An index that no known query uses.

What it finds: an index, made by CREATE INDEX and not UNIQUE, of a table that known queries ask, in
the plan of none of them. Known are, of a CTS database, the queries of its catalogue, and of any
file the queries that you add with `cts-console audit DATABASE --query SQL`.

Why a trader cares: every insert and many updates write every index. One that nobody reads costs
the engine time in each commit, and space in the file and the log.

What to do: look in your programs for a query that needs it and add it with `--query`; where there
is none, drop the index.

Tolerance and false positives: only a known query can be looked at, so the confidence is "unknown",
and "likely" where queries were added over at least a day. A plan counts with the file's statistics
as well as without any. An index that a foreign key needs, that the catalogue names, that enforces
uniqueness, or that stands in for one that is used, is never reported; nor are the indexes of tables
that no known query touches. What triggers do inside is not looked at. Where a known query does not
compile on the file, nothing is said, because it may be the one that needs the index.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.advice import KNOWN_PLANS, KnownPlans, known_plans, told, uses
from cts_console.audit.child_keys import serves_child
from cts_console.audit.describe import INDEX_COLUMNS, index_query, index_row, index_terms
from cts_console.audit.finding import Confidence, Evidence, Finding
from cts_console.audit.redundancy import find_redundant
from cts_console.audit.rule import AuditContext, Needs, NotCheckedError, Rule
from cts_console.schema import Index, Table

_DAY_MS: Final = 86_400_000


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per index that no known query uses."""
    plans = known_plans(context)
    if plans.problems:
        raise NotCheckedError(told(plans.problems))
    tables = context.schema.tables_by_name()
    unsure: list[str] = []
    for name in sorted(frozenset().union(*(planned.objects for planned in plans.planned))):
        if name in plans.left_out:
            unsure.append(plans.left_out[name])
        elif name in tables:
            for index in _unused(tables[name], tables, plans):
                yield _finding(index, plans)
    if unsure:
        raise NotCheckedError(told(unsure))


def _unused(table: Table, tables: dict[str, Table], plans: KnownPlans) -> Iterable[Index]:
    redundant = find_redundant(table)
    # Which of two equal indexes SQLite takes is chance; the other is told by IDX-01 or IDX-02.
    stand_ins = {
        each.by.name for each in redundant if each.by is not None and _is_used(each.index, plans)
    }
    told = {each.index.name for each in redundant}
    for index in table.indexes:
        if index.origin != "c" or index.unique or index.name in stand_ins | told:
            continue
        if not _is_used(index, plans) and not _serves_a_foreign_key(index, table, tables):
            yield index


def _is_used(index: Index, plans: KnownPlans) -> bool:
    return any(
        planned.query.index == index.name
        or uses(planned.today, index.name)
        or uses(planned.untold, index.name)
        for planned in plans.planned
    )


def _serves_a_foreign_key(index: Index, table: Table, tables: dict[str, Table]) -> bool:
    return any(
        serves_child(index, key, tables[key.parent.lower()])
        for key in table.foreign_keys
        if key.parent.lower() in tables
    )


def _finding(index: Index, plans: KnownPlans) -> Finding:
    asked = sum(index.table.lower() in planned.objects for planned in plans.planned)
    sure: Confidence = "likely" if plans.known.recorded_ms >= _DAY_MS else "unknown"
    return RULE.finding(
        object=index.name,
        table=index.table,
        cause="unused",
        title=f"No known query uses index {index.name} of {index.table}",
        detail=(
            f"None of the {asked:,} known queries that touch {index.table} is answered by "
            f"{index.name} ({index_terms(index)}), while every insert writes it. A query that "
            "nobody told the console of may need it."
        ),
        recommendation=(
            "Add the queries of your programs with `cts-console audit DATABASE --query SQL`; drop "
            "the index only where you are sure that none needs it."
        ),
        evidence=Evidence.of(INDEX_COLUMNS, [index_row(index)]),
        sql=index_query(index.name),
        confidence=sure,
    )


RULE = Rule(
    id="IDX-05",
    title="Index that no known query uses",
    category="indexes",
    severity="info",
    profile="standard",
    needs=Needs(),
    check=check,
    readings=(KNOWN_PLANS,),
)
