"""A foreign key whose child columns lead no index.

What it finds: a foreign key for which no index of the child table begins with its columns (in any
order). SQLite makes an index for the parent's side only.

Why a trader cares: every delete and every change of a key in the parent reads the whole child
table, inside the write lock: removing one old pair can stop the engine for seconds.

What to do: create the index.

Tolerance and false positives: the primary key and UNIQUE constraints count as indexes, and the
columns may stand in any order. A partial index counts only where it is `WHERE column IS NOT NULL`
over a column of the foreign key, because SQLite uses no other for this. An index in another
collation than the parent's key does not count either. Where rows of the parent are never deleted
and their keys never change, the index is not needed. A foreign key to a table that does not exist
is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable

from cts_console.audit.child_keys import child_collation, serves_child
from cts_console.audit.describe import free_index_name, index_terms
from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, Rule
from cts_console.schema import ForeignKey, Table
from cts_console.sqlite import quote_identifier, quote_text


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per set of child columns without an index."""
    tables = context.schema.tables_by_name()
    with_keys = [table for table in context.schema.tables if table.foreign_keys]
    if not with_keys:
        raise NotApplicableError("no table has a foreign key")
    taken = {index.name.lower() for index in context.schema.indexes} | set(tables)
    for table in with_keys:
        seen: set[frozenset[str]] = set()
        for key in table.foreign_keys:
            parent = tables.get(key.parent.lower())
            columns = frozenset(column.lower() for column in key.columns)
            if parent is None or columns in seen or _has_index(table, key, parent):
                continue
            seen.add(columns)
            yield _finding(table, key, parent, taken)


def _has_index(table: Table, key: ForeignKey, parent: Table) -> bool:
    alias = table.rowid_alias
    if alias is not None and {column.lower() for column in key.columns} == {alias.name.lower()}:
        return True
    return any(serves_child(index, key, parent) for index in table.indexes)


def _finding(table: Table, key: ForeignKey, parent: Table, taken: set[str]) -> Finding:
    columns = ", ".join(key.columns)
    name = free_index_name(table.name, key.columns, taken)
    listed = ", ".join(_term(table, parent, key, i) for i in range(len(key.columns)))
    return RULE.finding(
        object=f"{table.name}.{columns}",
        table=table.name,
        cause="no index",
        title=f"No index leads with {table.name}.{columns}, which points to {parent.name}",
        detail=(
            f"Every delete in {parent.name} and every change of its key reads the whole of "
            f"{table.name} while it holds the write lock. The engine's commits wait meanwhile."
        ),
        recommendation=f"Create an index on {table.name} ({columns}).",
        evidence=Evidence.of(
            ("table", "columns", "parent", "on delete", "on update", "indexes of the table"),
            [
                (
                    table.name,
                    columns,
                    parent.name,
                    key.on_delete,
                    key.on_update,
                    "; ".join(index_terms(index) for index in table.indexes),
                )
            ],
        ),
        sql=f"SELECT * FROM temp.pragma_foreign_key_list({quote_text(table.name)})",
        fix_sql=(
            f"CREATE INDEX {quote_identifier(name)} ON {quote_identifier(table.name)} ({listed})"
        ),
    )


def _term(table: Table, parent: Table, key: ForeignKey, position: int) -> str:
    """Return a term of the new index, in the collation by which SQLite will compare."""
    name = quote_identifier(key.columns[position])
    collation = child_collation(parent, key, position)
    if collation is None or (collation == "binary" and "collate" not in table.sql.lower()):
        return name
    return f"{name} COLLATE {quote_identifier(collation)}"


RULE = Rule(
    id="IDX-03",
    title="Foreign key without an index on its columns",
    category="indexes",
    severity="warning",
    profile="quick",
    needs=Needs(),
    check=check,
)
