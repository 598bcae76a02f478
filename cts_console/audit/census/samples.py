"""The rows behind a suspicion, counted and shown without anything that may be a secret."""

from __future__ import annotations

from typing import Final

from cts_console.audit.census.inquiry import ColumnCensus
from cts_console.audit.finding import MOST_EVIDENCE_ROWS, Evidence
from cts_console.audit.rule import AuditContext
from cts_console.sqlite.inspection import read_foreign_rows

# Only printable ASCII: anything else may be no valid UTF-8. Only what is short, or is written with
# the signs of numbers and times: a longer word may be somebody's key in the wrong column.
_SHOWN: Final = (
    "CASE typeof({c}) WHEN 'integer' THEN {c} WHEN 'real' THEN {c} WHEN 'text' THEN CASE "
    "WHEN length({c}) <= 40 AND {c} NOT GLOB '*[^-0-9.,:+eETZ ]*' THEN {c} "
    "WHEN length({c}) <= 8 AND {c} NOT GLOB '*[^ -~]*' THEN {c} "
    "ELSE '(' || length({c}) || ' characters)' END "
    "WHEN 'blob' THEN '(' || length({c}) || ' bytes)' END"
)


def shown(sql: str) -> str:
    """Return SQL of what may be shown of the value of `sql`."""
    return _SHOWN.replace("{c}", sql)


def count_where(context: AuditContext, column: ColumnCensus, condition: str) -> int:
    """Return how many rows of the column's table meet `condition`."""
    sql = f"SELECT count(*) FROM {column.subject.name} WHERE {column.where(condition)}"
    ((count,),) = read_foreign_rows(context.connection, sql)
    return count if isinstance(count, int) else 0


def sample(
    context: AuditContext,
    column: ColumnCensus,
    condition: str,
    total: int,
    *,
    kind: str = "",
    value: str = _SHOWN,
) -> tuple[Evidence, str]:
    """Return the first rows that meet `condition`, and the query that gives all of them.

    Each row has what names it, then what `kind` says of it, then the value as `value` shows it.
    """
    subject = column.subject
    kinds = [column.where(kind)] if kind else []
    plain = [*subject.keys, *kinds, column.sql if value is _SHOWN else column.where(value)]
    guarded = [*map(shown, subject.keys), *kinds, column.where(value)]
    where = column.where(condition)
    titles = (*subject.key_names, *("kind" for _ in kinds), column.column.name)
    rows = read_foreign_rows(
        context.connection,
        f"SELECT {', '.join(guarded)} FROM {subject.name} WHERE {where} LIMIT {MOST_EVIDENCE_ROWS}",
    )
    # Others write while this reads: the sample may be of a later moment than the count.
    evidence = Evidence.of(titles, rows, max(total, len(rows)))
    return evidence, f"SELECT {', '.join(plain)} FROM {subject.name} WHERE {where}"
