"""In which order the rows of a table are paged, and by which key they are found again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cts_console.errors import CtsError
from cts_console.schema.objects import Index, Table, View
from cts_console.schema.storage import rowid_name
from cts_console.sqlite import Row, SqliteValue, quote_identifier


@dataclass(frozen=True, slots=True)
class KeyPart:
    """One term of the order in which rows are paged."""

    sql: str
    """The column, quoted, or the rowid under a name that is free."""
    collation: str = ""
    """Its collation; "" for the rowid, which needs none."""
    descending: bool = False
    """Whether the values fall along the pages."""

    @property
    def term(self) -> str:
        """The term with its collation."""
        if not self.collation:
            return self.sql
        return f"{self.sql} COLLATE {quote_identifier(self.collation)}"


@dataclass(frozen=True, slots=True)
class Condition:
    """A column that must hold one of some values; NULL is a value here."""

    column: str
    """The column's name, or "rowid" where no column is called so."""
    values: tuple[SqliteValue, ...]
    """The values as they are stored."""


@dataclass(frozen=True, slots=True)
class RowSource:
    """Rows in an order, and how they are found."""

    name: str
    """The table or view."""
    columns: tuple[str, ...]
    """What is shown, in order."""
    key: tuple[KeyPart, ...]
    """The order, in which no two rows are equal; empty: paged by position (OFFSET)."""
    rowid: str | None
    """A name under which the rowid can be read; None where there is none."""
    conditions: tuple[Condition, ...] = ()
    """Which rows; all of them must hold."""

    @property
    def is_positional(self) -> bool:
        """Whether pages are found by counting from the start."""
        return not self.key

    @property
    def is_by_rowid(self) -> bool:
        """Whether all rows come in the order of their rowid, so that a place can be guessed."""
        if self.rowid is None or self.conditions or len(self.key) != 1:
            return False
        return self.key[0].sql == self.rowid

    @property
    def table_sql(self) -> str:
        """The table as it stands behind FROM."""
        return f"main.{quote_identifier(self.name)}"

    def filtered(self, conditions: tuple[Condition, ...]) -> RowSource:
        """Return the same rows under other conditions."""
        return replace(self, conditions=conditions)


@dataclass(frozen=True, slots=True)
class Seek:
    """Where to begin reading."""

    key: Row | None = None
    """The key of a row; None for the very first (read backward: the very last) row."""
    inclusive: bool = False
    """Whether a row with exactly that key is read too."""
    backward: bool = False
    """Whether the rows before it are wanted."""
    skip: int = 0
    """Rows to pass over first."""


def plan_rows(
    table: Table | View, *, sort: str | None = None, descending: bool = False
) -> RowSource:
    """Return how the rows of `table` are paged, in the order of the column `sort` or in its own.

    Raises `CtsError("usage")` where no index keeps that order.
    """
    names = tuple(column.name for column in table.columns if not column.hidden)
    if isinstance(table, View) or table.virtual:
        return RowSource(table.name, names, (), None)
    rowid = rowid_name(table)
    reason = "" if sort is None else why_not_sortable(table, sort)
    if reason:
        raise CtsError("usage", "This order would need a sort", reason, "Make an index for it.")
    key = _own_key(table, rowid) if sort is None else _sorted_key(table, rowid, sort)
    if descending:
        key = _reversed(key)
    return RowSource(table.name, names, key, rowid)


def why_not_sortable(table: Table | View, column: str) -> str:
    """Return why the rows cannot be shown in the order of `column`; "" where they can."""
    if isinstance(table, View):
        return "A view keeps no order of its own."
    if table.virtual:
        return "A virtual table keeps no order of its own."
    alias = table.rowid_alias
    if alias is not None and alias.name == column:
        return ""
    if _ordering_index(table, column) is not None:
        return ""
    return "No index begins with this column, so sorting would read the whole table."


def why_full_scan(table: Table | View, column: str) -> str:
    """Return why a search for a value of `column` reads all rows; "" where an index serves it."""
    if isinstance(table, View) or table.virtual:
        return "the rows are computed"
    if column.lower() == "rowid" or why_not_sortable(table, column) == "":
        return ""
    return f"no index on {column}"


def _own_key(table: Table, rowid: str | None) -> tuple[KeyPart, ...]:
    if rowid is not None:
        return (KeyPart(rowid),)
    own = next((index for index in table.indexes if index.origin == "pk"), None)
    if not table.without_rowid or own is None:
        # Every name of the rowid is taken by a column: it cannot be read.
        return ()
    return tuple(_part(key.column, key.collation, key.descending) for key in own.keys if key.column)


def _sorted_key(table: Table, rowid: str | None, column: str) -> tuple[KeyPart, ...]:
    alias = table.rowid_alias
    index = _ordering_index(table, column)
    if index is None or (alias is not None and alias.name == column):
        return _own_key(table, rowid)
    terms = index.keys if index.origin == "pk" and table.without_rowid else index.keys + index.tail
    parts = tuple(
        _part(term.column, term.collation, term.descending)
        if term.column is not None
        else KeyPart(rowid or "rowid", descending=term.descending)
        for term in terms
    )
    # The index may run down; the first click on a header means up.
    return _reversed(parts) if parts[0].descending else parts


def _ordering_index(table: Table, column: str) -> Index | None:
    """Return the shortest full index that begins with `column` and is made of columns alone."""
    unreadable = not table.without_rowid and rowid_name(table) is None
    fitting = (
        index
        for index in table.indexes
        if index.keys
        and index.keys[0].column == column
        and not index.partial
        and not unreadable
        and all(key.column is not None for key in index.keys)
    )
    return min(fitting, key=lambda index: len(index.keys), default=None)


def _part(column: str, collation: str, descending: bool) -> KeyPart:
    return KeyPart(quote_identifier(column), collation, descending)


def _reversed(key: tuple[KeyPart, ...]) -> tuple[KeyPart, ...]:
    return tuple(replace(part, descending=not part.descending) for part in key)
