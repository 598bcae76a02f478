"""The small tables of the Bulk tab: rows to look at, ways of columns, values for every row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from cts_console.ui.text import one_line, tip_text
from cts_console.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
NOWHERE: Final = QModelIndex()
_LONGEST_CELL: Final = 120


def value_text(value: Any) -> str:
    """Return a value as a cell shows it."""
    if value is None:
        return "NULL"
    if isinstance(value, (bytes, bytearray)):
        return f"{len(value):,} bytes"
    return one_line(str(value), _LONGEST_CELL)


class TableModel(QAbstractTableModel):
    """What the small tables share: titles, and a theme to dress cells by."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._titles: tuple[str, ...] = ()

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._titles)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Return a column's title."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._titles):
            return None
        if role == Role.DisplayRole:
            return one_line(self._titles[section], 60)
        if role == Role.TextAlignmentRole:
            return self._alignment(section)
        return tip_text(self._titles[section]) if role == Role.ToolTipRole else None

    def _alignment(self, _column: int) -> Qt.AlignmentFlag:
        return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class RowsModel(TableModel):
    """Serves rows to look at."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(theme, parent)
        self._rows: Sequence[Sequence[Any]] = ()
        self._strong: frozenset[int] = frozenset()

    def show_rows(
        self, titles: Sequence[str], rows: Sequence[Sequence[Any]], strong: Sequence[int] = ()
    ) -> None:
        """Show these rows; the columns `strong` are coloured."""
        self.beginResetModel()
        self._titles, self._rows, self._strong = tuple(titles), rows, frozenset(strong)
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        value = row[index.column()] if index.column() < len(row) else None
        if role == Role.DisplayRole:
            # A new value that is empty must not look like none.
            is_new = value == "" and index.column() in self._strong
            return self.tr("(empty text)") if is_new else value_text(value)
        if role == Role.ToolTipRole:
            return tip_text(value_text(value) if value is None else str(value)[:4_000])
        if role == Role.TextAlignmentRole:
            return _side_of(value)
        if role == Role.ForegroundRole and value is None:
            return self._theme.color("muted")
        if role == Role.ForegroundRole and index.column() in self._strong:
            return self._theme.color("accent")
        return self._theme.mono_font() if role == Role.FontRole else None

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        first = self._rows[0] if self._rows else ()
        return _side_of(first[column] if column < len(first) else None)


def _side_of(value: Any) -> Qt.AlignmentFlag:
    is_number = isinstance(value, (int, float))
    side = Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class WayLine:
    """The way of one column of a file."""

    name: str
    """Its name in the file."""
    kind: str
    """What its values are, in words."""
    samples: str
    """The first different ones."""
    target: str
    """The column of the table; "" where it is left out."""


class WaysModel(TableModel):
    """The columns of a file, each with the column of the table that it fills."""

    TARGET: Final = 3
    target_chosen = Signal(str, str)
    """Carries a column of the file, and a column of the table or "" to leave it out."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(theme, parent)
        self._lines: tuple[WayLine, ...] = ()
        self.targets: tuple[str, ...] = ()
        """The columns that can be chosen."""
        self._titles = (
            self.tr("In the file"),
            self.tr("Kind"),
            self.tr("First values"),
            self.tr("Goes into"),
        )

    def show_lines(self, lines: Sequence[WayLine], targets: Sequence[str]) -> None:
        """Show these columns."""
        self.beginResetModel()
        self._lines, self.targets = tuple(lines), tuple(targets)
        self.endResetModel()

    def target_text(self, target: str) -> str:
        """Return a choice in words."""
        return one_line(target) if target else self.tr("(left out)")

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return how many columns the file has."""
        return 0 if parent.isValid() else len(self._lines)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The last column is chosen from a list."""
        flags = super().flags(index)
        is_choice = index.isValid() and index.column() == self.TARGET and bool(self.targets)
        return flags | Qt.ItemFlag.ItemIsEditable if is_choice else flags

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        line, column = self._lines[index.row()], index.column()
        if role == Role.EditRole and column == self.TARGET:
            return line.target
        texts = (line.name, line.kind, line.samples, self.target_text(line.target))
        if role == Role.DisplayRole:
            return one_line(texts[column], _LONGEST_CELL)
        if role == Role.ToolTipRole:
            return tip_text(texts[column])
        if role == Role.DecorationRole and column == self.TARGET and self.targets:
            return self._theme.icon("mdi6.menu-down", "muted")
        if role == Role.ForegroundRole and column == self.TARGET:
            return self._theme.color("accent" if line.target else "muted")
        if role == Role.ForegroundRole and column in (1, 2):
            return self._theme.color("muted")
        return self._theme.mono_font() if role == Role.FontRole and column != 1 else None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        """Tell the choice; the answer to it shows it."""
        if role != Role.EditRole or not index.isValid() or index.column() != self.TARGET:
            return False
        line = self._lines[index.row()]
        if value != line.target and (not value or value in self.targets):
            self.target_chosen.emit(line.name, str(value or ""))
        return True


@dataclass(frozen=True, slots=True)
class ValueLine:
    """A column of the table that can be given one value."""

    name: str
    """Its name."""
    type: str
    """Its declared type."""
    note: str
    """What a person should know of it."""
    text: str | None
    """The value as it was typed, which may be empty; None for none."""
    is_null: bool = False
    """Whether it is set to NULL."""

    @property
    def is_set(self) -> bool:
        """Whether it is given a value, NULL and the empty text included."""
        return self.is_null or self.text is not None


class ValuesModel(TableModel):
    """Columns of a table, each with a value that a person may type.

    With `takes_null` a column that is ticked is set, to an empty text where nothing is typed; one
    that is not stays as it is. Without, an empty text is no value.
    """

    NAME: Final = 0
    VALUE: Final = 2
    NULL: Final = 3
    value_typed = Signal(str, object)
    """Carries a column and its text, or None where it is given none."""
    null_chosen = Signal(str, bool)
    """Carries a column, and whether it is set to NULL."""

    def __init__(
        self, theme: Theme, title: str, parent: QObject | None = None, *, takes_null: bool = False
    ) -> None:
        super().__init__(theme, parent)
        self._lines: tuple[ValueLine, ...] = ()
        self._titles = (self.tr("Column"), self.tr("Type"), title)
        self._takes_null = takes_null
        if takes_null:
            self._titles += (self.tr("NULL"),)

    def show_lines(self, lines: Sequence[ValueLine]) -> None:
        """Show these columns; what a person looks at stays where it is."""
        if [line.name for line in lines] == [line.name for line in self._lines]:
            self._lines = tuple(lines)
            if lines:
                last = self.index(len(lines) - 1, len(self._titles) - 1)
                self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self._lines = tuple(lines)
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(self._lines)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The value is typed; NULL, and that the column is set at all, is ticked."""
        flags = super().flags(index)
        if not index.isValid():
            return flags
        if index.column() == self.VALUE:
            return flags | Qt.ItemFlag.ItemIsEditable
        is_tick = self._takes_null and index.column() in (self.NAME, self.NULL)
        return flags | Qt.ItemFlag.ItemIsUserCheckable if is_tick else flags

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        line, column = self._lines[index.row()], index.column()
        is_set_tick = role == Role.CheckStateRole and column == self.NAME and self._takes_null
        if column == self.NULL or is_set_tick:
            return self._tick(role, is_ticked=line.is_set if is_set_tick else line.is_null)
        if role == Role.EditRole and column == self.VALUE:
            return line.text or ""
        texts = (line.name, line.type, self._shown(line))
        if role == Role.DisplayRole:
            return one_line(texts[column], _LONGEST_CELL)
        if role == Role.ToolTipRole:
            return tip_text(texts[column])
        if role == Role.DecorationRole and column == self.VALUE:
            return self._theme.icon("mdi6.pencil-outline", "muted")
        if role == Role.ForegroundRole and column > 0:
            is_typed = column == self.VALUE and line.is_set
            return self._theme.color("accent" if is_typed else "muted")
        return self._theme.mono_font() if role == Role.FontRole else None

    def _shown(self, line: ValueLine) -> str:
        if line.is_null:
            return "NULL"
        if line.text is None:
            return self.tr("(stays as it is)") if self._takes_null else line.note
        return line.text or self.tr("(empty text)")

    def _tick(self, role: int, *, is_ticked: bool) -> Any:
        if role == Role.CheckStateRole:
            return Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked
        return self.tr("Set to NULL") if role == Role.ToolTipRole else None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        """Tell what was typed or ticked."""
        if not index.isValid():
            return False
        line = self._lines[index.row()]
        if role == Role.CheckStateRole and self._takes_null:
            return self._set_tick(line, index.column(), Qt.CheckState(value))
        if role != Role.EditRole or index.column() != self.VALUE:
            return False
        text = str(value)
        if text != (line.text or ""):
            self.value_typed.emit(line.name, text if text or self._takes_null else None)
        return True

    def _set_tick(self, line: ValueLine, column: int, state: Qt.CheckState) -> bool:
        is_ticked = state == Qt.CheckState.Checked
        if column == self.NULL:
            self.null_chosen.emit(line.name, is_ticked)
        elif column == self.NAME and is_ticked != line.is_set:
            self.value_typed.emit(line.name, "" if is_ticked else None)
        return column in (self.NAME, self.NULL)
