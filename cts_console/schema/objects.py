"""The objects of a schema as SQLite understands them, not as their text reads.

What a pragma tells is taken from the pragma; only what SQLite tells nowhere else (an index
expression, a partial index's condition) is taken from the text of the `CREATE` statement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Generated = Literal["", "virtual", "stored"]
Origin = Literal["c", "u", "pk"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table or view."""

    name: str
    """Its name, unquoted."""
    type: str
    """The declared type as written; "" for none."""
    not_null: bool
    """Whether it is declared NOT NULL."""
    default: str | None
    """The DEFAULT clause as SQL text; None for none."""
    primary_key: int
    """Its place in the primary key from 1; 0 outside it."""
    generated: Generated
    """"" for a stored value, else how the generated value is kept."""
    hidden: bool
    """Whether it is a hidden column of a virtual table."""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """One foreign key of a table."""

    number: int
    """SQLite's number of it within the table, as `foreign_key_check` gives it."""
    parent: str
    """The parent table as written; it need not exist."""
    columns: tuple[str, ...]
    """The child's columns."""
    parent_columns: tuple[str, ...]
    """The parent's columns; empty where the parent's primary key is meant."""
    on_update: str
    """NO ACTION, RESTRICT, SET NULL, SET DEFAULT or CASCADE."""
    on_delete: str
    """NO ACTION, RESTRICT, SET NULL, SET DEFAULT or CASCADE."""


@dataclass(frozen=True, slots=True)
class IndexKey:
    """One term of an index."""

    cid: int
    """Column number; -1 for the rowid, -2 for an expression."""
    column: str | None
    """Column name; None for the rowid and for an expression."""
    expression: str | None
    """The expression's SQL text; None for a column."""
    descending: bool
    """Whether it is stored in descending order."""
    collation: str
    """The collation, as written where it was declared."""


@dataclass(frozen=True, slots=True)
class Index:
    """One index, those that stand for a constraint included."""

    name: str
    """Its name; `sqlite_autoindex_…` where a constraint made it."""
    table: str
    """The table that it belongs to."""
    unique: bool
    """Whether it refuses duplicates."""
    origin: Origin
    """"c" made by CREATE INDEX, "u" by a UNIQUE constraint, "pk" by the PRIMARY KEY."""
    keys: tuple[IndexKey, ...]
    """The terms that it was declared with."""
    tail: tuple[IndexKey, ...]
    """What SQLite appends: the rowid, or the primary key of a WITHOUT ROWID table."""
    partial: bool
    """Whether it covers only the rows of its WHERE clause."""
    where: str | None
    """The WHERE clause's SQL text without the word; None for a full index."""
    sql: str | None
    """The CREATE statement; None where a constraint made it."""
    root_page: int
    """Page number of its b-tree's root."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table."""

    name: str
    """Its name."""
    columns: tuple[Column, ...]
    """Columns in order, generated and hidden ones included; empty where `problem` says why."""
    primary_key: tuple[str, ...]
    """Columns of the primary key in its order; empty for none."""
    foreign_keys: tuple[ForeignKey, ...]
    """Foreign keys in SQLite's order."""
    indexes: tuple[Index, ...]
    """Indexes in the order in which they were made."""
    strict: bool
    """Whether it is STRICT."""
    without_rowid: bool
    """Whether it is WITHOUT ROWID."""
    virtual: bool
    """Whether a module keeps its rows."""
    sql: str
    """The CREATE statement."""
    root_page: int
    """Page number of its b-tree's root; 0 for a virtual table."""
    problem: str = ""
    """Why SQLite cannot describe it (an unknown module); "" for nothing."""

    @property
    def is_internal(self) -> bool:
        """Whether SQLite itself keeps it (`sqlite_sequence`, `sqlite_stat1`)."""
        return self.name.lower().startswith("sqlite_")

    @property
    def rowid_alias(self) -> Column | None:
        """The column that is the rowid under another name (INTEGER PRIMARY KEY), or None."""
        if self.without_rowid or len(self.primary_key) != 1:
            return None
        if any(index.origin == "pk" for index in self.indexes):
            return None
        return next((column for column in self.columns if column.primary_key), None)


@dataclass(frozen=True, slots=True)
class View:
    """One view."""

    name: str
    """Its name."""
    columns: tuple[Column, ...]
    """Its columns; empty where `problem` says why."""
    sql: str
    """The CREATE statement."""
    problem: str = ""
    """Why it does not compile (a missing table or function); "" for nothing."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger."""

    name: str
    """Its name."""
    table: str
    """The table or view that it watches."""
    sql: str
    """The CREATE statement."""


@dataclass(frozen=True, slots=True)
class Schema:
    """Everything that `sqlite_schema` holds, in the order in which it was made."""

    tables: tuple[Table, ...]
    """Tables, virtual and internal ones included."""
    views: tuple[View, ...]
    """Views."""
    triggers: tuple[Trigger, ...]
    """Triggers."""
    cookie: int
    """`PRAGMA schema_version` when it was read: another value means another schema."""

    @property
    def indexes(self) -> tuple[Index, ...]:
        """Every index of every table."""
        return tuple(index for table in self.tables for index in table.indexes)

    def ordinary_tables(self) -> tuple[Table, ...]:
        """Return the tables that a program made for its rows.

        SQLite's own are left out, and virtual ones with what they keep beside themselves: tables
        whose names begin with theirs and `_` (https://sqlite.org/vtab.html#xshadowname).
        """
        shadows = tuple(f"{table.name.lower()}_" for table in self.tables if table.virtual)
        return tuple(
            table
            for table in self.tables
            if not table.is_internal
            and not table.virtual
            and not table.name.lower().startswith(shadows)
        )

    def tables_by_name(self) -> dict[str, Table]:
        """Return the tables by their name in lower case, as SQLite compares names."""
        return {table.name.lower(): table for table in self.tables}
