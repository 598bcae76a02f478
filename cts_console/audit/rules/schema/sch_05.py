"""NULL in a primary key.

What it finds: rows without a value in a primary key that is not INTEGER. SQLite allows it, unlike
other databases. The usual cause is a type of another database: `id SERIAL PRIMARY KEY` numbers
nothing in SQLite, and every row's id stays NULL.

Why a trader cares: such a row has no name. Nothing can point to it, an update by id misses it, and
the key does not keep a second copy of it out, because no NULL is equal to another.

What to do: give the rows their keys with the program that owns the file, and declare the column
INTEGER PRIMARY KEY, or NOT NULL.

Tolerance and false positives: none. STRICT tables, tables WITHOUT ROWID and INTEGER PRIMARY KEY
cannot hold a NULL in the key and are not asked.
"""

from __future__ import annotations

from collections.abc import Iterable

from cts_console.audit.census import raise_for
from cts_console.audit.census.samples import shown
from cts_console.audit.census.subject import ordinary_tables
from cts_console.audit.finding import MOST_EVIDENCE_ROWS, Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, Rule
from cts_console.audit.trading import counted
from cts_console.errors import CtsError
from cts_console.schema import Table, rowid_name
from cts_console.sqlite import quote_identifier
from cts_console.sqlite.inspection import read_foreign_rows


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per table."""
    tables = [table for table in ordinary_tables(context) if _open_columns(table)]
    if not tables:
        raise NotApplicableError("no table has a primary key that can hold NULL")
    left_out: list[str] = []
    for done, table in enumerate(tables):
        context.progress(done, len(tables), "tables", f"primary key of {table.name}")
        try:
            finding = _ask(context, table)
        except CtsError as error:
            if error.code not in ("usage", "damaged"):
                raise
            left_out.append(f"{table.name}: {error.message}")
        else:
            yield from finding
    raise_for(left_out)


def _open_columns(table: Table) -> list[str]:
    """Return the columns of the primary key in which SQLite lets a NULL pass."""
    if table.strict or table.without_rowid or table.rowid_alias is not None:
        return []
    return [column.name for column in table.columns if column.primary_key and not column.not_null]


def _ask(context: AuditContext, table: Table) -> list[Finding]:
    columns = _open_columns(table)
    source = f"main.{quote_identifier(table.name)}"
    condition = " OR ".join(f"{quote_identifier(name)} IS NULL" for name in columns)
    count_sql = f"SELECT count(*) FROM {source} WHERE {condition}"
    ((count,),) = read_foreign_rows(context.connection, count_sql)
    if not isinstance(count, int) or not count:
        return []
    rowid = rowid_name(table)
    head = [] if rowid is None else [rowid]
    keys = [quote_identifier(name) for name in columns]
    rows = read_foreign_rows(
        context.connection,
        f"SELECT {', '.join([*head, *map(shown, keys)])} FROM {source} WHERE {condition} "
        f"LIMIT {MOST_EVIDENCE_ROWS}",
    )
    names = [*("rowid" for _ in head), *columns]
    evidence = Evidence.of(names, rows, max(count, len(rows)))
    sql = f"SELECT {', '.join([*head, *keys])} FROM {source} WHERE {condition}"
    return [_finding(table, columns, evidence, sql)]


def _finding(table: Table, columns: list[str], evidence: Evidence, sql: str) -> Finding:
    listed = ", ".join(columns)
    types = ", ".join(c.type or "no type" for c in table.columns if c.name in columns)
    return RULE.finding(
        object=f"{table.name}.{listed}",
        table=table.name,
        cause="NULL in the primary key",
        title=f"{counted(evidence.total, 'row')} of {table.name} without a primary key",
        detail=(
            f"{listed} ({types}) is the primary key and NULL in these rows. In SQLite only INTEGER "
            "PRIMARY KEY numbers rows by itself; SERIAL and BIGINT do not. Nothing can point to "
            "such a row, and the key keeps no second copy of it out."
        ),
        recommendation=(
            "Give the rows their keys with the program that owns the file, and declare the key "
            "INTEGER PRIMARY KEY or NOT NULL."
        ),
        evidence=evidence,
        sql=sql,
    )


RULE = Rule(
    id="SCH-05",
    title="NULL in a primary key",
    category="schema",
    severity="error",
    profile="standard",
    needs=Needs(),
    check=check,
)
