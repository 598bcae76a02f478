"""The tree of a schema: tables with their columns and indexes, then views, indexes, triggers.

Children are made when they are first asked for, so 2,000 tables and a table of 2,000 columns cost
what is seen of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, Literal

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt

from cts_console.schema import Column, Index, RowCount, Schema, Table, Trigger, View
from cts_console.ui.text import one_line, size_text, tip_text
from cts_console.ui.theme import Theme

NodeKind = Literal["table", "view", "column", "index", "trigger", "folder"]
SchemaObject = Table | View | Column | Index | Trigger
UNKNOWN: Final = "–"
_ICONS: Final[dict[NodeKind, str]] = {
    "table": "mdi6.table",
    "view": "mdi6.table-eye",
    "column": "",
    "index": "mdi6.sort-ascending",
    "trigger": "mdi6.lightning-bolt-outline",
    "folder": "mdi6.folder-outline",
}
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ModelIndex = QModelIndex | Any


class Node:
    """One line of the tree."""

    __slots__ = ("_children", "_make", "kind", "name", "owner", "parent", "row", "subject")

    def __init__(
        self,
        kind: NodeKind,
        name: str,
        owner: str,
        subject: SchemaObject | None = None,
        make: Callable[[], Iterable[Node]] | None = None,
    ) -> None:
        self.kind: NodeKind = kind
        self.name = name
        self.owner = owner
        """The table or view that it is or belongs to; "" for a folder."""
        self.subject = subject
        self.parent: Node | None = None
        self.row = 0
        self._make = make
        self._children: list[Node] | None = None if make is not None else []

    @property
    def may_have_children(self) -> bool:
        """Whether it can be opened, without making the children."""
        return self._make is not None if self._children is None else bool(self._children)

    @property
    def children(self) -> list[Node]:
        """The lines below it."""
        if self._children is None:
            self._children = list(self._make()) if self._make is not None else []
            for row, child in enumerate(self._children):
                child.parent, child.row = self, row
        return self._children

    @property
    def path(self) -> tuple[str, ...]:
        """What it is called from the root down: the same after the schema was read again."""
        own = f"{self.kind}:{self.name}"
        above = self.parent.path if self.parent is not None and self.parent.parent else ()
        return (*above, own)


class SchemaTreeModel(QAbstractItemModel):
    """Object, rows (or type), size (or key) of everything in a schema."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._schema: Schema | None = None
        self._filter = ""
        self._rows: dict[str, RowCount] = {}
        self._bytes: dict[str, int] = {}
        self._root = self._old_root = Node("folder", "", "", make=tuple)
        theme.changed.connect(self._repaint)

    # Contents

    @property
    def schema(self) -> Schema | None:
        """What is shown."""
        return self._schema

    def set_schema(self, schema: Schema | None) -> None:
        """Show another schema; known rows and sizes stay until newer ones come."""
        self._schema = schema
        if schema is None:
            self._rows, self._bytes = {}, {}
        self._rebuild()

    def set_filter(self, text: str) -> None:
        """Show only what has `text` in its name, and what it belongs to."""
        text = text.strip().casefold()
        if text != self._filter:
            self._filter = text
            self._rebuild()

    def set_rows(self, rows: dict[str, RowCount]) -> None:
        """Show how many rows the tables have."""
        self._rows = {**self._rows, **rows}
        self._repaint()

    def set_bytes(self, sizes: dict[str, int]) -> None:
        """Show how much tables and indexes weigh."""
        self._bytes = sizes
        self._repaint()

    def rows_of(self, table: str) -> RowCount | None:
        """Return what is known about the rows of a table."""
        return self._rows.get(table)

    @property
    def sizes(self) -> Mapping[str, int]:
        """The bytes of tables and indexes by name, as far as they are known."""
        return self._bytes

    def node(self, index: _ModelIndex) -> Node | None:
        """Return the line at `index`."""
        return index.internalPointer() if index.isValid() else None

    def index_of(self, path: tuple[str, ...]) -> QModelIndex:
        """Return the index of the line that `Node.path` names; invalid where it is gone."""
        node = self._root
        for step in path:
            found = next((c for c in node.children if f"{c.kind}:{c.name}" == step), None)
            if found is None:
                return QModelIndex()
            node = found
        return self._index(node) if node is not self._root else QModelIndex()

    def _index(self, node: Node) -> QModelIndex:
        return self.createIndex(node.row, 0, node)

    # Qt's model

    def index(
        self,
        row: int,
        column: int,
        parent: _ModelIndex = QModelIndex(),  # noqa: B008 - Qt's signature
    ) -> QModelIndex:
        """Return the index of a child."""
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        above = self.node(parent) or self._root
        return self.createIndex(row, column, above.children[row])

    def parent(self, child: _ModelIndex = QModelIndex()) -> Any:  # noqa: B008 - Qt's signature
        """Return the index of the line above."""
        node = self.node(child)
        if node is None or node.parent is None or node.parent is self._root:
            return QModelIndex()
        return self._index(node.parent)

    def rowCount(self, parent: _ModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of children."""
        if parent.column() > 0:
            return 0
        return len((self.node(parent) or self._root).children)

    def columnCount(self, _parent: _ModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of columns."""
        return 3

    def hasChildren(self, parent: _ModelIndex = QModelIndex()) -> bool:  # noqa: B008 - Qt's signature
        """Return whether a line can be opened."""
        if parent.column() > 0:
            return False
        return (self.node(parent) or self._root).may_have_children

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the names of the columns."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("Object"), self.tr("Rows"), self.tr("Size"))[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and section:
            return _RIGHT
        return None

    def data(self, index: _ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a line's words, icon and hint."""
        node = self.node(index)
        if node is None:
            return None
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return (one_line(node.name), self._rows_text(node), self._size_text(node))[column]
        if role == Qt.ItemDataRole.DecorationRole and column == 0 and _ICONS[node.kind]:
            return self._theme.icon(_ICONS[node.kind], "bad" if _problem(node) else "muted")
        if role == Qt.ItemDataRole.ForegroundRole and column:
            return self._theme.color("muted")
        if role == Qt.ItemDataRole.TextAlignmentRole and column and node.kind != "column":
            return _RIGHT
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip_text(self._tip(node))
        return None

    # Words

    def _rows_text(self, node: Node) -> str:
        if isinstance(node.subject, Column):
            return one_line(node.subject.type) or "any"
        if node.kind == "folder":
            return f"{len(node.children):,}"
        if not isinstance(node.subject, Table):
            return ""
        known = self._rows.get(node.name)
        if known is None or known.rows is None:
            return UNKNOWN
        return f"≈ {known.rows:,}" if known.estimated else f"{known.rows:,}"

    def _size_text(self, node: Node) -> str:
        if isinstance(node.subject, Column):
            return _column_note(node.subject, node.parent.subject if node.parent else None)
        if isinstance(node.subject, Index | Table) and not _is_virtual(node.subject):
            size = self._bytes.get(node.name)
            return UNKNOWN if size is None else size_text(size)
        return ""

    def _tip(self, node: Node) -> str:
        problem = _problem(node)
        if problem:
            return f"{one_line(node.name)}: {one_line(problem)}"
        if isinstance(node.subject, Table):
            known = self._rows.get(node.name)
            if known is not None and known.estimated and known.rows is not None:
                return self.tr("{0}: the number of rows is an estimate").format(one_line(node.name))
        if isinstance(node.subject, Column):
            return f"{one_line(node.name)} {self._rows_text(node)} {self._size_text(node)}".strip()
        return one_line(node.name)

    # Lines

    def _rebuild(self) -> None:
        self.beginResetModel()
        schema = self._schema
        # Indexes that Qt still holds point to the old lines until the reset has gone round.
        self._old_root = self._root
        self._root = Node("folder", "", "", make=lambda: _lines(schema, self._filter))
        self.endResetModel()

    def _repaint(self) -> None:
        if self._root.children:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._root.children) - 1, 2))


def _lines(schema: Schema | None, wanted: str) -> Iterator[Node]:
    if schema is None:
        return
    ordinary = sorted(schema.tables, key=lambda table: (table.is_internal, table.name.casefold()))
    for table in ordinary:
        # What SQLite itself keeps is listed, after everything else, and only when looked for.
        if not table.is_internal or wanted:
            yield from _table_line(table, wanted)
    internal = [table for table in ordinary if table.is_internal]
    folders: tuple[tuple[str, list[Node]], ...] = (
        ("Views", [line for view in schema.views for line in _table_line(view, wanted)]),
        ("Indexes", [_index_line(i) for i in schema.indexes if wanted in i.name.casefold()]),
        (
            "Triggers",
            [
                Node("trigger", trigger.name, trigger.table, trigger)
                for trigger in schema.triggers
                if wanted in trigger.name.casefold()
            ],
        ),
        (
            "Kept by SQLite",
            [] if wanted else [line for t in internal for line in _table_line(t, "")],
        ),
    )
    for name, lines in folders:
        if lines:
            yield Node("folder", name, "", make=lambda lines=lines: lines)  # type: ignore[misc]  # bound now


def _table_line(table: Table | View, wanted: str) -> Iterator[Node]:
    kind: NodeKind = "table" if isinstance(table, Table) else "view"
    own = wanted in table.name.casefold()
    if own or any(wanted in name for name in _names_in(table)):
        yield Node(
            kind, table.name, table.name, table, lambda: _below(table, "" if own else wanted)
        )


def _names_in(table: Table | View) -> Iterator[str]:
    for column in table.columns:
        yield column.name.casefold()
    if isinstance(table, Table):
        for index in table.indexes:
            yield index.name.casefold()


def _below(table: Table | View, wanted: str) -> Iterator[Node]:
    for column in table.columns:
        if wanted in column.name.casefold():
            yield Node("column", column.name, table.name, column)
    if isinstance(table, Table):
        for index in table.indexes:
            if wanted in index.name.casefold():
                yield _index_line(index)


def _index_line(index: Index) -> Node:
    return Node("index", index.name, index.table, index)


def _column_note(column: Column, table: SchemaObject | None) -> str:
    if column.primary_key:
        return "key"
    if isinstance(table, Table):
        parents = [key.parent for key in table.foreign_keys if column.name in key.columns]
        if parents:
            return f"→ {one_line(parents[0])}"
    return "generated" if column.generated else ""


def _problem(node: Node) -> str:
    return node.subject.problem if isinstance(node.subject, Table | View) else ""


def _is_virtual(subject: SchemaObject) -> bool:
    return isinstance(subject, Table) and subject.virtual
