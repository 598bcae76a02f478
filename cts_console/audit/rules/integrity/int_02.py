"""Rows whose foreign key points to a row that does not exist.

What it finds: the rows that SQLite's `foreign_key_check` reports, table by table, with the child's
key values and the parent row that is missing. One finding per foreign key.

Why a trader cares: an execution without its order, an order without its pair: every sum that joins
the two leaves the row out, so that positions and profit are wrong without a word.

What to do: find out which program wrote the rows with `foreign_keys` off (SQLite's default), then
bring the missing parents back or remove the rows with the program that owns the file. The console
never repairs rows by itself.

Tolerance and false positives: a NULL in the key points to nothing and is no violation. A foreign
key whose parent table does not exist, or whose parent columns no UNIQUE index covers, says nothing
about rows (SQLite cannot look the parent up): it is left out, and the rule says which.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from cts_console.audit.finding import MOST_EVIDENCE_ROWS, Evidence, Finding
from cts_console.audit.guesses import guess_pages
from cts_console.audit.reading import Part, Reading
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, NotCheckedError, Rule
from cts_console.errors import CtsError
from cts_console.schema import ForeignKey, Table, rowid_name
from cts_console.sqlite import Row, SqliteValue, quote_identifier

_COUNT: Final = (
    "SELECT fkid, count(*) FROM temp.pragma_foreign_key_check(?, 'main') "
    "GROUP BY fkid ORDER BY fkid"
)
_ROWIDS: Final = (
    "SELECT rowid FROM temp.pragma_foreign_key_check(?, 'main') WHERE fkid = ? LIMIT "
    f"{MOST_EVIDENCE_ROWS}"
)


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per foreign key with violating rows."""
    known = context.schema.tables_by_name()
    left_out: list[str] = []
    for result in context.results(FOREIGN_KEYS):
        if result.value is None:
            left_out.append(f"{result.name}: {result.failure}")
            continue
        table, counts = result.value.table, result.value.counts
        if result.value.left_out:
            left_out += result.value.left_out
            continue
        for key in table.foreign_keys:
            parent = known.get(key.parent.lower())
            if parent is None:
                left_out.append(_missing(table, key))
            elif key.number in counts:
                yield _finding(context, table, parent, key, counts[key.number])
    if left_out:
        raise NotCheckedError("; ".join(left_out))


@dataclass(frozen=True, slots=True)
class _Violations:
    """What foreign_key_check says of one table."""

    table: Table
    counts: dict[int, int]
    left_out: tuple[str, ...] = ()


def _plan(context: AuditContext) -> Sequence[Part[_Violations]]:
    tables = [table for table in context.schema.tables if table.foreign_keys]
    if not tables:
        raise NotApplicableError("no table has a foreign key")
    weights = guess_pages(context)
    return tuple(
        Part(
            f"foreign keys of {table.name}",
            weights.get(table.name, 1.0) * _SHARE,
            partial(_count_violations, table=table),
        )
        for table in tables
    )


def _count_violations(context: AuditContext, table: Table) -> _Violations:
    known = context.schema.tables_by_name()
    if all(key.parent.lower() not in known for key in table.foreign_keys):
        return _Violations(table, {}, tuple(_missing(table, key) for key in table.foreign_keys))
    name = quote_identifier(table.name)
    try:
        context.connection.execute_foreign(
            f"EXPLAIN QUERY PLAN PRAGMA main.foreign_key_check({name})"
        )
    except CtsError as error:
        if error.code != "usage":
            raise
        reason = error.message.removeprefix(f"{context.connection.path}: ")
        return _Violations(table, {}, (f"{table.name}: {reason.removesuffix('.')}",))
    rows = context.read_rows(_COUNT, (table.name,))
    counts = {
        number: count
        for number, count in rows
        if isinstance(number, int) and isinstance(count, int)
    }
    return _Violations(table, counts)


def _missing(table: Table, key: ForeignKey) -> str:
    return f"{table.name}: its parent table {key.parent} does not exist"


def _finding(
    context: AuditContext, table: Table, parent: Table, key: ForeignKey, count: int
) -> Finding:
    child_columns = ", ".join(key.columns)
    sql = _query(table, parent, key)
    rows = "One row" if count == 1 else f"{count:,} rows"
    return RULE.finding(
        object=f"{table.name}.{child_columns}",
        table=table.name,
        cause=f"{parent.name}({', '.join(_parent_columns(parent, key))})",
        title=f"{rows} of {table.name} point to no row of {parent.name}",
        detail=(
            f"{rows} of {table.name} hold a value in {child_columns} for which {parent.name} has "
            "no row. Every query that joins the two leaves them out, so that totals are wrong "
            "without an error."
        ),
        recommendation=(
            "Find the program that writes with foreign_keys off, then bring the missing parents "
            "back or remove the rows with the program that owns the file."
        ),
        evidence=_evidence(context, table, key, sql, count),
        sql=sql,
    )


def _evidence(
    context: AuditContext, table: Table, key: ForeignKey, sql: str, count: int
) -> Evidence:
    rowid = rowid_name(table)
    columns = tuple(key.columns)
    if rowid is None:
        rows = _values(context, f"{sql} LIMIT {MOST_EVIDENCE_ROWS}", ())
        return Evidence.of((*table.primary_key, *columns), rows, count)
    rowids = [row[0] for row in context.read_rows(_ROWIDS, (table.name, key.number))]
    select = (
        f"SELECT {rowid}, {_list('', columns)} FROM main.{quote_identifier(table.name)} "
        f"WHERE {rowid} = ?"
    )
    rows = []
    for number in rowids:
        found = _values(context, select, (number,))
        # The row may be gone meanwhile: others write while this reads.
        rows += found or [(number, *(None for _ in columns))]
    return Evidence.of(("rowid", *columns), rows, count)


def _values(context: AuditContext, sql: str, bindings: tuple[SqliteValue, ...]) -> list[Row]:
    try:
        return context.read_rows(sql, bindings)
    except UnicodeDecodeError:
        # A text that is none: the rows still count, their values cannot be shown.
        return []


def _query(table: Table, parent: Table, key: ForeignKey) -> str:
    """Return a query for the violating rows: keys, then the columns of the foreign key."""
    rowid = rowid_name(table)
    head = _list("c.", table.primary_key) if rowid is None else f"c.{rowid}"
    pairs = zip(_parent_columns(parent, key), key.columns, strict=False)
    join = " AND ".join(
        f"p.{quote_identifier(theirs)} = c.{quote_identifier(mine)}" for theirs, mine in pairs
    )
    filled = " AND ".join(f"c.{quote_identifier(mine)} IS NOT NULL" for mine in key.columns)
    return (
        f"SELECT {head}, {_list('c.', key.columns)} FROM {quote_identifier(table.name)} AS c "
        f"WHERE {filled} AND NOT EXISTS (SELECT 1 FROM {quote_identifier(parent.name)} AS p "
        f"WHERE {join})"
    )


def _parent_columns(parent: Table, key: ForeignKey) -> tuple[str, ...]:
    return key.parent_columns or parent.primary_key


def _list(prefix: str, names: Iterable[str]) -> str:
    return ", ".join(f"{prefix}{quote_identifier(name)}" for name in names)


# What it costs beside an integrity check of the same table.
_SHARE: Final = 0.1
FOREIGN_KEYS: Final = Reading("foreign_keys", _plan)

RULE = Rule(
    id="INT-02",
    title="Rows that violate a foreign key",
    category="integrity",
    severity="critical",
    profile="standard",
    needs=Needs(),
    check=check,
    readings=(FOREIGN_KEYS,),
)
