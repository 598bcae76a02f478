"""The settings as a tree of two groups: what the file keeps, and what one connection has."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Final, Literal, overload

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from cts_console.pragmas import PragmaReading, Scope
from cts_console.ui.colors import Token
from cts_console.ui.text import one_line, size_text
from cts_console.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
State = Literal["ok", "safer", "differs", "unjudged", "unknown"]

SCOPES: Final[tuple[Scope, ...]] = ("file", "connection")
_NOWHERE: Final = QModelIndex()
_UNITS: Final = {
    "cache_size": "pages",
    "busy_timeout": "ms",
    "wal_autocheckpoint": "frames",
    "page_size": "bytes",
}
_ICONS: Final[dict[State, tuple[str, Token]]] = {
    "ok": ("mdi6.check-circle-outline", "ok"),
    "safer": ("mdi6.shield-check-outline", "ok"),
    "differs": ("mdi6.alert-outline", "warn"),
    "unknown": ("mdi6.help-circle-outline", "muted"),
}


class Column(IntEnum):
    """The columns of the tree."""

    SETTING = 0
    VALUE = 1
    PROFILE = 2
    STATE = 3
    MEANING = 4


def state_of(reading: PragmaReading) -> State:
    """Return how a value stands to the profile's; a safer one is no deviation."""
    if not reading.value:
        return "unknown"
    if reading.expected is None:
        return "unjudged"
    if reading.value == reading.expected:
        return "ok"
    return "safer" if reading.ok else "differs"


def state_look(state: State) -> tuple[str, Token]:
    """Return the icon and the colour of a state; ("", "muted") for one that is not judged."""
    return _ICONS.get(state, ("", "muted"))


def value_text(name: str, value: str) -> str:
    """Return a value with its unit, where the bare number does not say it."""
    try:
        number = int(value)
    except ValueError:
        return one_line(value)
    if name in _UNITS and number > 0:
        return f"{number:,} {_UNITS[name]}"
    if name == "cache_size" and number < 0:
        return f"{value} ({size_text(-number * 1024)})"
    if name in ("mmap_size", "journal_size_limit") and number > 0:
        return f"{value} ({size_text(number)})"
    if name == "application_id" and number:
        return f"{value} ({number & 0xFFFF_FFFF:#010x})"
    return value


class PragmaModel(QAbstractItemModel):
    """Two rows at the top, one per scope; under each its settings."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._groups: tuple[tuple[PragmaReading, ...], ...] = ((), ())
        self._titles = (
            self.tr("Setting"),
            self.tr("Value"),
            self.tr("Profile"),
            self.tr("State"),
            self.tr("Meaning"),
        )
        self._group_titles = [self.tr("Kept in the file"), self.tr("This console's connection")]
        self._words: dict[State, str] = {
            "ok": self.tr("ok"),
            "safer": self.tr("safer"),
            "differs": self.tr("differs"),
            "unjudged": "–",
            "unknown": self.tr("unknown"),
        }
        theme.changed.connect(self._on_theme)

    def set_readings(self, readings: Sequence[PragmaReading], connection_title: str) -> None:
        """Show these readings; the second group bears `connection_title`."""
        groups = tuple(tuple(row for row in readings if row.scope == scope) for scope in SCOPES)
        same_shape = [[row.name for row in group] for group in groups] == [
            [row.name for row in group] for group in self._groups
        ]
        if not same_shape:
            self.beginResetModel()
        self._groups = groups
        self._group_titles[1] = connection_title
        if not same_shape:
            self.endResetModel()
            return
        for place, group in enumerate(groups):
            title = self.index(place, 0)
            self.dataChanged.emit(title, title)
            if group:
                first = self.index(0, 0, title)
                last = self.index(len(group) - 1, len(Column) - 1, title)
                self.dataChanged.emit(first, last)

    def reading(self, index: Index) -> PragmaReading | None:
        """Return the setting of a row; None for a group."""
        if not index.isValid() or not index.internalId():
            return None
        return self._groups[index.internalId() - 1][index.row()]

    def index_of(self, name: str) -> QModelIndex:
        """Return the row of a setting; an invalid index where it is not shown."""
        for place, group in enumerate(self._groups):
            for row, reading in enumerate(group):
                if reading.name == name:
                    return self.index(row, 0, self.index(place, 0))
        return QModelIndex()

    def word(self, state: State) -> str:
        """Return a state as people read it."""
        return self._words[state]

    # What Qt asks

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return the groups, or the settings of one."""
        if not parent.isValid():
            return len(self._groups)
        if parent.internalId() or parent.column() > 0:
            return 0
        return len(self._groups[parent.row()])

    def columnCount(self, _parent: Index = _NOWHERE) -> int:
        """Return the number of columns."""
        return len(Column)

    def index(self, row: int, column: int, parent: Index = _NOWHERE) -> QModelIndex:
        """Return the index of a cell. Its id is 0 for a group, else the group's place plus one."""
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else 0)

    @overload
    def parent(self) -> QObject | None: ...
    @overload
    def parent(self, index: Index) -> QModelIndex: ...
    def parent(self, index: Index | None = None) -> QModelIndex | QObject | None:
        """Return the group of a setting, or, without an index, the object that owns the model."""
        if index is None:
            return super().parent()
        if not index.isValid() or not index.internalId():
            return QModelIndex()
        return self.createIndex(index.internalId() - 1, 0, 0)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> object:
        """Return a column's title."""
        if orientation == Qt.Orientation.Horizontal and role == Role.DisplayRole:
            return self._titles[section] if 0 <= section < len(self._titles) else None
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        """Return what a cell shows."""
        if not index.isValid():
            return None
        reading = self.reading(index)
        if reading is None:
            return self._group_data(index, role)
        column = index.column()
        if role in (Role.DisplayRole, Role.ToolTipRole):
            return self._text(reading, column)
        if role == Role.AccessibleTextRole:
            return f"{self._titles[column]}: {self._text(reading, column)}"
        if role == Role.FontRole:
            return self._theme.mono_font() if column <= Column.PROFILE else None
        return self._decoration(reading, column, role)

    def _decoration(self, reading: PragmaReading, column: int, role: int) -> object:
        icon, token = state_look(state_of(reading))
        if role == Role.ForegroundRole and column == Column.MEANING:
            return self._theme.color("muted")
        if column != Column.STATE:
            return None
        if role == Role.ForegroundRole:
            return self._theme.color(token)
        return self._theme.icon(icon, token) if icon and role == Role.DecorationRole else None

    def _group_data(self, index: Index, role: int) -> object:
        if role == Role.DisplayRole and index.column() == 0:
            return self._group_titles[index.row()]
        return self._theme.font(bold=True) if role == Role.FontRole else None

    def _text(self, reading: PragmaReading, column: int) -> str:
        match column:
            case Column.SETTING:
                return reading.name
            case Column.VALUE:
                return value_text(reading.name, reading.value)
            case Column.PROFILE:
                return (
                    "–" if reading.expected is None else value_text(reading.name, reading.expected)
                )
            case Column.STATE:
                return self._words[state_of(reading)]
            case _:
                return reading.doc

    def _on_theme(self) -> None:
        self.layoutChanged.emit()
