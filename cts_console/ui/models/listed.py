"""What the lists of findings and of rules share: items in memory, filtered and sorted in one go."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtWidgets import QTableView

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
Item = TypeVar("Item")
SortKey = Callable[[Item], Any]

NOWHERE: Final = QModelIndex()


class ListedModel(QAbstractTableModel, Generic[Item]):
    """Serves the items that its filter lets through, sorted by a column."""

    def __init__(
        self,
        titles: Sequence[str],
        sort_keys: Sequence[SortKey[Item]],
        parent: QObject | None = None,
        *,
        sorted_by: int = 0,
    ) -> None:
        super().__init__(parent)
        self._titles = tuple(titles)
        self._sort_keys = tuple(sort_keys)
        self._every: list[Item] = []
        self._shown: list[Item] = []
        self._column, self._order = sorted_by, Qt.SortOrder.AscendingOrder

    def item(self, row: int) -> Item | None:
        """Return the item in a row."""
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def row_of(self, name: str) -> int | None:
        """Return the row that shows the item of this name (`_name`); None where none does."""
        for row, item in enumerate(self._shown):
            if self._name(item) == name:
                return row
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; equal ones stay in the order in which they came."""
        self._column, self._order = max(column, 0), order
        self._arrange()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return how many items are shown."""
        return 0 if parent.isValid() else len(self._shown)

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
            return self._titles[section]
        return self._alignment(section) if role == Role.TextAlignmentRole else None

    @abstractmethod
    def _name(self, item: Item) -> str:
        """Return what tells an item from the others."""

    @abstractmethod
    def _matching(self) -> list[Item]:
        """Return the items that the filter lets through."""

    def _alignment(self, column: int) -> Qt.AlignmentFlag:  # noqa: ARG002 - some have numbers
        return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter

    def _arrange(self) -> None:
        self.beginResetModel()
        is_descending = self._order == Qt.SortOrder.DescendingOrder
        key = self._sort_keys[self._column]
        self._shown = sorted(self._matching(), key=key, reverse=is_descending)
        self.endResetModel()


def select_row(view: QTableView, row: int) -> None:
    """Select a row of `view` and show it; nothing where there is no such row.

    Said to the selection and not to the view, which would go by the keys that are held down: with
    Ctrl it takes a row out that was selected.
    """
    model = view.model()
    if 0 <= row < model.rowCount():
        index = model.index(row, 0)
        flags = QItemSelectionModel.SelectionFlag
        how = flags.ClearAndSelect | flags.Rows
        view.selectionModel().setCurrentIndex(index, how)
        view.scrollTo(index)
