"""A foreign key that cannot work: its parent is not there, not unique, or of another type.

What it finds: a foreign key to a table or column that does not exist, or to columns that no primary
key and no UNIQUE index covers ("foreign key mismatch"); also one whose column is text where the
parent's is a number, or the other way round.

Why a trader cares: a program that switches foreign_keys on gets an error at every write to the
table; one that leaves it off writes orders and trades that point to nothing. Where only the types
differ, each delete in the parent reads the whole child table, because its index does not serve.

What to do: create the missing table or the UNIQUE index, or rebuild the table without the foreign
key.

Tolerance and false positives: an INTEGER PRIMARY KEY counts as unique, a partial UNIQUE index does
not. INTEGER, REAL and NUMERIC are one type here; a column without a type fits every parent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cts_console.audit.affinity import are_comparable, family_of
from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, Rule
from cts_console.errors import CtsError
from cts_console.schema import Column, ForeignKey, Table
from cts_console.sqlite import quote_identifier, quote_text


@dataclass(frozen=True, slots=True)
class _Trouble:
    cause: str
    title: str
    recommendation: str

    @property
    def is_type(self) -> bool:
        """Whether the foreign key works, only badly."""
        return self.cause == "type"


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per foreign key that cannot work."""
    with_keys = [table for table in context.schema.tables if table.foreign_keys]
    if not with_keys:
        raise NotApplicableError("no table has a foreign key")
    tables = context.schema.tables_by_name()
    for table in with_keys:
        for key in table.foreign_keys:
            trouble = _trouble(context, table, key, tables.get(key.parent.lower()))
            if trouble is not None:
                yield _finding(table, key, trouble)


def _trouble(
    context: AuditContext, table: Table, key: ForeignKey, parent: Table | None
) -> _Trouble | None:
    if parent is None:
        views = {view.name.lower() for view in context.schema.views}
        what = "is a view" if key.parent.lower() in views else "does not exist"
        return _Trouble(
            "missing table",
            f"its parent table {key.parent} {what}",
            f"Create {key.parent} if the rows are to point to something, or rebuild {table.name} "
            "without the foreign key.",
        )
    columns = {column.name.lower(): column for column in parent.columns}
    missing = [name for name in key.parent_columns if name.lower() not in columns]
    if missing and not parent.virtual:
        return _Trouble(
            "missing column",
            f"{parent.name} has no column {missing[0]}",
            f"Rebuild {table.name} with a foreign key to a column that exists.",
        )
    names = key.parent_columns or parent.primary_key
    if not _is_unique(parent, key) or _is_refused(context, table, key, parent):
        listed = ", ".join(names) or "its primary key, which it does not have,"
        return _Trouble(
            "not unique",
            f"nothing makes {parent.name} ({listed}) unique",
            f"Create a UNIQUE index over these columns of {parent.name} (in their own collation), "
            "or point the foreign key to its primary key.",
        )
    return _type_trouble(table, key, parent, [columns[name.lower()] for name in names])


def _is_unique(parent: Table, key: ForeignKey) -> bool:
    """Return whether a primary key or a UNIQUE index covers what `key` points to."""
    wanted = sorted(name.lower() for name in key.parent_columns)
    if not wanted:
        return len(parent.primary_key) == len(key.columns)
    alias = parent.rowid_alias
    if alias is not None and wanted == [alias.name.lower()]:
        return True
    return any(
        index.unique
        and not index.partial
        and sorted((term.column or "").lower() for term in index.keys) == wanted
        for index in parent.indexes
    )


def _is_refused(context: AuditContext, table: Table, key: ForeignKey, parent: Table) -> bool:
    """Return whether SQLite refuses the UNIQUE index because of its collation."""
    collations = {term.collation.lower() for index in parent.indexes for term in index.keys}
    if collations <= {"binary"} and "collate" not in parent.sql.lower():
        return False
    sql = f"EXPLAIN QUERY PLAN PRAGMA main.foreign_key_check({quote_identifier(table.name)})"
    try:
        context.connection.execute_foreign(sql)
    except CtsError as error:
        if error.code != "usage":
            raise
        # The first mismatch alone is named, by both tables.
        return "foreign key mismatch" in error.message and f'"{key.parent}"' in error.message
    return False


def _type_trouble(
    table: Table, key: ForeignKey, parent: Table, parent_columns: list[Column]
) -> _Trouble | None:
    mine = {column.name.lower(): column for column in table.columns}
    for name, theirs in zip(key.columns, parent_columns, strict=True):
        column = mine[name.lower()]
        if not are_comparable(family_of(table, column), family_of(parent, theirs)):
            return _Trouble(
                "type",
                f"{name} is {column.type}, {parent.name}.{theirs.name} is {theirs.type}",
                f"Rebuild {table.name} with the type of {parent.name}.{theirs.name}.",
            )
    return None


def _finding(table: Table, key: ForeignKey, trouble: _Trouble) -> Finding:
    columns = ", ".join(key.columns)
    detail = (
        f"Both columns hold the same key as values of different types. A join converts each of "
        f"them, and every delete in {key.parent} reads the whole of {table.name} while it holds "
        "the write lock, because no index serves."
        if trouble.is_type
        else f"With foreign_keys on, writes to {table.name} end with an error. With it off, which "
        "is SQLite's default, nothing checks that the rows point to anything."
    )
    return RULE.finding(
        object=f"{table.name}.{columns}",
        table=table.name,
        cause=f"{trouble.cause}: {key.parent}",
        title=f"The foreign key {table.name}.{columns} cannot work: {trouble.title}",
        detail=detail,
        recommendation=trouble.recommendation,
        evidence=Evidence.of(
            ("table", "columns", "parent", "parent columns", "why"),
            [
                (
                    table.name,
                    columns,
                    key.parent,
                    ", ".join(key.parent_columns) or None,
                    trouble.title,
                )
            ],
        ),
        sql=f"SELECT * FROM temp.pragma_foreign_key_list({quote_text(table.name)})",
    )


RULE = Rule(
    id="SCH-03",
    title="Foreign key that cannot work",
    category="schema",
    severity="error",
    profile="quick",
    needs=Needs(),
    check=check,
)
