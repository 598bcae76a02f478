"""The rows behind a finding."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from cts_console.audit import is_instant
from cts_console.sqlite import Row, SqliteValue
from cts_console.ui.clock import Clock
from cts_console.ui.models.findings import FindingItem, cell_text
from cts_console.ui.text import one_line, tip_text
from cts_console.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

_NOWHERE: Final = QModelIndex()
_LONGEST_TIP: Final = 2_000


class EvidenceModel(QAbstractTableModel):
    """Serves the evidence of one finding."""

    def __init__(self, theme: Theme, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._clock = clock
        self._columns: tuple[str, ...] = ()
        self._rows: tuple[Row, ...] = ()
        self._alignments: list[Qt.AlignmentFlag] = []
        clock.changed.connect(self._on_look)
        theme.changed.connect(self._on_look)

    def set_item(self, item: FindingItem | None) -> None:
        """Show the evidence of another finding, or none."""
        self.beginResetModel()
        self._columns = item.columns if item is not None else ()
        self._rows = item.rows if item is not None else ()
        self._alignments = [self._alignment(column) for column in range(len(self._columns))]
        self.endResetModel()

    def is_number(self, column: int) -> bool:
        """Return whether a column holds numbers alone."""
        values = [row[column] for row in self._rows if 0 <= column < len(row)]
        known = [value for value in values if value is not None]
        return bool(known) and all(isinstance(value, int | float) for value in known)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Return a column's name."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        if role == Role.DisplayRole:
            return one_line(self._columns[section], 40)
        return self._alignments[section] if role == Role.TextAlignmentRole else None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        value = row[index.column()] if index.column() < len(row) else None
        if role == Role.DisplayRole:
            return self._text(index.column(), value)
        if role == Role.ToolTipRole:
            return self._tip(index.column(), value)
        if role == Role.TextAlignmentRole:
            return self._alignments[index.column()]
        if role == Role.ForegroundRole and value is None:
            return self._theme.color("muted")
        if role == Role.FontRole:
            font = self._theme.mono_font(12)
            font.setItalic(value is None)
            return font
        return None

    def _text(self, column: int, value: SqliteValue) -> str:
        if is_instant(value, self._columns[column]):
            return self._clock.text(value)
        return cell_text(value)

    def _tip(self, column: int, value: SqliteValue) -> str:
        if is_instant(value, self._columns[column]):
            return f"{self._clock.text(value)}\nstored: {value} (ms)"
        return tip_text(cell_text(value, _LONGEST_TIP))

    def _on_look(self) -> None:
        if self._rows and self._columns:
            last = self.index(len(self._rows) - 1, len(self._columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        """Return right for a column of numbers."""
        is_number = self.is_number(column)
        side = Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter
