"""There are no statistics, or they are far from the present row counts.

What it finds: tables of at least 1,000 rows, with an index, for which ANALYZE left no statistics;
and tables that have at least ten times as many rows, or a tenth, of what the statistics say.

Why a trader cares: without numbers SQLite guesses which index narrows a search best. A wrong guess
makes a query over a large table of candles read most of it.

What to do: run ANALYZE with a limit (`PRAGMA analysis_limit = 400; ANALYZE`), which takes moments
instead of reading every index while it holds the write lock.

Tolerance and false positives: tables under 1,000 rows are never reported, and no table without an
index. At most ten times the recorded rows are counted. Where every query finds its way by a unique
key, statistics change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, Rule
from cts_console.errors import CtsError
from cts_console.schema import Table, rowid_name
from cts_console.sqlite import Row, quote_identifier
from cts_console.sqlite.inspection import read_foreign_rows

LEAST_ROWS: Final = 1_000
TIMES: Final = 10
_STATISTICS: Final = (
    "SELECT lower(tbl), max(CAST(stat AS INTEGER)) FROM main.sqlite_stat1 "
    "WHERE typeof(tbl) = 'text' AND typeof(stat) = 'text' GROUP BY 1"
)
_FIX: Final = "PRAGMA analysis_limit = 400;\nANALYZE"


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for tables without statistics, and one for those with old ones."""
    tables = [table for table in context.schema.ordinary_tables() if table.indexes]
    if not tables:
        raise NotApplicableError("no table has an index")
    statistics = _read_statistics(context)
    without: list[Row] = []
    old: list[Row] = []
    for done, table in enumerate(tables):
        context.progress(done, len(tables), "tables", f"rows of {table.name}")
        known = statistics.get(table.name.lower())
        if known is None:
            if _count(context, table, LEAST_ROWS) >= LEAST_ROWS:
                without.append((table.name, None, f"{LEAST_ROWS:,} or more"))
        else:
            rows = _rows_if_far(context, table, known)
            if rows:
                old.append((table.name, known, rows))
    if without:
        yield _finding("none", "no statistics", without)
    if old:
        yield _finding("old", f"statistics that are {TIMES} times off", old)


def _read_statistics(context: AuditContext) -> dict[str, int]:
    try:
        rows = read_foreign_rows(context.connection, _STATISTICS)
    except CtsError as error:
        # `usage`: there are none, or of another shape.
        if error.code != "usage":
            raise
        return {}
    return {str(name): rows for name, rows in rows if isinstance(rows, int)}


def _rows_if_far(context: AuditContext, table: Table, known: int) -> str:
    """Return how many rows there are where that is far from `known`, else ""."""
    most = max(known * TIMES, LEAST_ROWS)
    if known >= LEAST_ROWS * TIMES:
        few = _count(context, table, known // TIMES + 1)
        if LEAST_ROWS <= few <= known // TIMES:
            return f"{few:,}"
    if _may_have(context, table, most) and _count(context, table, most) >= most:
        return f"{most:,} or more"
    return ""


def _may_have(context: AuditContext, table: Table, rows: int) -> bool:
    """Return whether the table's rowids leave room for so many rows."""
    rowid = rowid_name(table)
    if rowid is None:
        return True
    name = quote_identifier(table.name)
    (ends,) = read_foreign_rows(
        context.connection,
        f"SELECT (SELECT min({rowid}) FROM main.{name}), (SELECT max({rowid}) FROM main.{name})",
    )
    first, last = ends
    return isinstance(first, int) and isinstance(last, int) and last - first + 1 >= rows


def _count(context: AuditContext, table: Table, most: int) -> int:
    """Return the number of rows, `most` at most."""
    sql = f"SELECT count(*) FROM (SELECT 1 FROM main.{quote_identifier(table.name)} LIMIT {most})"
    ((rows,),) = read_foreign_rows(context.connection, sql)
    return rows if isinstance(rows, int) else 0


def _finding(cause: str, what: str, rows: list[Row]) -> Finding:
    count = "One table has" if len(rows) == 1 else f"{len(rows):,} tables have"
    return RULE.finding(
        object="sqlite_stat1",
        cause=cause,
        title=f"{count} {what}",
        detail=(
            "SQLite guesses which index narrows a search best, or goes by numbers of another time. "
            "A wrong guess reads most of a table where a few rows were asked for."
        ),
        recommendation="Run ANALYZE with a limit, which takes moments.",
        evidence=Evidence.of(("table", "rows by the statistics", "rows"), rows),
        sql="SELECT tbl, idx, stat FROM sqlite_stat1" if cause == "old" else None,
        fix_sql=_FIX,
    )


RULE = Rule(
    id="IDX-07",
    title="No statistics, or statistics of another time",
    category="indexes",
    severity="info",
    profile="standard",
    needs=Needs(),
    check=check,
)
