"""What is known about a table, as plain tables of words: columns, indexes, relations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QColor, QFont

from cts_console.schema import Column, ForeignKey, Index, Schema, Table, View
from cts_console.ui.text import one_line, size_text, tip_text

_ORIGINS: Final = {"c": "CREATE INDEX", "u": "UNIQUE constraint", "pk": "PRIMARY KEY"}
_ModelIndex = QModelIndex | Any


@dataclass(frozen=True, slots=True)
class Words:
    """One row of a table of words."""

    cells: tuple[str, ...]
    """What is shown."""
    goes_to: str = ""
    """The table that a click leads to; "" for none."""
    link: int = -1
    """The cell on which a click leads there."""


class WordsModel(QAbstractTableModel):
    """Rows of words under headings."""

    def __init__(
        self, headings: Sequence[str], *, numbers: Sequence[int] = (), parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._headings = tuple(headings)
        self._numbers = frozenset(numbers)
        self._font: QFont | None = None
        self._link: QColor | None = None
        self.words: tuple[Words, ...] = ()

    def set_words(self, words: Sequence[Words]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.words = tuple(words)
        self.endResetModel()

    def rowCount(self, parent: _ModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self.words)

    def columnCount(self, parent: _ModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._headings)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the headings."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headings[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return None

    def data(self, index: _ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the words."""
        if not index.isValid():
            return None
        words = self.words[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return words.cells[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip_text(words.cells[index.column()]) or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        if role == Qt.ItemDataRole.FontRole:
            return self._font
        if role == Qt.ItemDataRole.ForegroundRole and self.is_link(index):
            return self._link
        return None

    def is_link(self, index: _ModelIndex) -> bool:
        """Return whether a click on this cell leads to another table."""
        words = self.words[index.row()]
        return bool(words.goes_to) and index.column() == words.link

    def set_look(self, font: QFont, link: QColor) -> None:
        """Write in another face, and links in another colour."""
        self._font, self._link = font, link
        if self.words:
            end = self.index(len(self.words) - 1, len(self._headings) - 1)
            self.dataChanged.emit(self.index(0, 0), end)

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        side = (
            Qt.AlignmentFlag.AlignRight if column in self._numbers else Qt.AlignmentFlag.AlignLeft
        )
        return side | Qt.AlignmentFlag.AlignVCenter


COLUMN_HEADINGS: Final = (
    "#",
    "Column",
    "Type",
    "Not null",
    "Default",
    "Key",
    "Reference",
    "Generated",
)
INDEX_HEADINGS: Final = ("Index", "Columns", "Unique", "Where", "Made by", "Size")
RELATION_HEADINGS: Final = (
    "Direction",
    "Columns",
    "Table",
    "Its columns",
    "On delete",
    "On update",
)


def column_words(table: Table | View) -> list[Words]:
    """Return a row for each column."""
    keys = table.foreign_keys if isinstance(table, Table) else ()
    is_only = sum(bool(column.primary_key) for column in table.columns) == 1
    return [
        _column_words(number, column, keys, is_only)
        for number, column in enumerate(table.columns, 1)
    ]


def index_words(table: Table, sizes: Mapping[str, int]) -> list[Words]:
    """Return a row for each index; `sizes` are bytes by name as far as they are known."""
    return [
        Words(
            (
                one_line(index.name),
                ", ".join(_term(index)),
                "unique" if index.unique else "",
                one_line(index.where or ""),
                _ORIGINS[index.origin],
                size_text(sizes[index.name]) if index.name in sizes else "–",
            )
        )
        for index in table.indexes
    ]


def relation_words(schema: Schema, table: Table) -> list[Words]:
    """Return a row for each foreign key from and to `table`."""
    tables = schema.tables_by_name()
    outgoing = [
        _relation_words("→ refers to", key, key.columns, key.parent, parent_columns(tables, key))
        for key in table.foreign_keys
    ]
    name = table.name.lower()
    incoming = [
        _relation_words("← referred by", key, parent_columns(tables, key), other.name, key.columns)
        for other in schema.tables
        for key in other.foreign_keys
        if key.parent.lower() == name
    ]
    return outgoing + incoming


def parent_columns(tables: Mapping[str, Table], key: ForeignKey) -> tuple[str, ...]:
    """Return the parent's columns of a foreign key: those it names, else the primary key."""
    if key.parent_columns:
        return key.parent_columns
    parent = tables.get(key.parent.lower())
    return parent.primary_key if parent is not None else ()


def _column_words(number: int, column: Column, keys: Sequence[ForeignKey], is_only: bool) -> Words:
    reference = next((key for key in keys if column.name in key.columns), None)
    target = ""
    if reference is not None:
        target = f"→ {one_line(reference.parent)}"
        if reference.parent_columns:
            target += f"({', '.join(one_line(name) for name in reference.parent_columns)})"
    return Words(
        (
            str(number),
            one_line(column.name),
            one_line(column.type),
            "not null" if column.not_null else "",
            one_line(column.default or ""),
            _key_word(column, is_only),
            target,
            column.generated or ("hidden" if column.hidden else ""),
        ),
        reference.parent if reference is not None else "",
        link=6,
    )


def _key_word(column: Column, is_only: bool) -> str:
    if not column.primary_key:
        return ""
    return "primary key" if is_only else f"primary key {column.primary_key}"


def _term(index: Index) -> list[str]:
    terms = []
    for key in index.keys:
        word = key.column or key.expression or "rowid"
        terms.append(one_line(word) + (" ↓" if key.descending else ""))
    return terms


def _relation_words(
    direction: str, key: ForeignKey, own: Sequence[str], other: str, its: Sequence[str]
) -> Words:
    cells = (
        direction,
        ", ".join(one_line(name) for name in own),
        one_line(other),
        ", ".join(one_line(name) for name in its),
        key.on_delete.lower(),
        key.on_update.lower(),
    )
    return Words(cells, other, link=2)
