"""The tables and their seals as a list."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from cts_console.ui.models.seals_model import SealItem, SealsModel
from cts_console.ui.theme import Theme

_ROW_PX: Final = 30
_ROWS: Final = (2, 6)
_WIDEST_PX: Final = 340


class SealsView(QTableView):
    """Keeps the same tables selected while they are read again and sorted."""

    selection_changed = Signal()
    """Other tables are selected now, or more is known of them."""

    def __init__(self, theme: Theme, model: SealsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._seals = model
        self._kept: set[str] = set()
        self.setAccessibleName(self.tr("Tables and their seals"))
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setStretchLastSection(True)
        copy = QShortcut(
            QKeySequence(QKeySequence.StandardKey.Copy),
            self,
            context=Qt.ShortcutContext.WidgetShortcut,
        )
        copy.activated.connect(self.copy)
        model.modelAboutToBeReset.connect(self._on_before_reset)
        model.modelReset.connect(self._on_reset)
        theme.changed.connect(self._fit)
        self._fit()

    @property
    def selected(self) -> list[SealItem]:
        """The selected tables, in the order of the list."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [item for row in rows if (item := self._seals.item(row)) is not None]

    @property
    def current_item(self) -> SealItem | None:
        """The table that was selected last, or else the first selected one that differs."""
        selected = self.selected
        current = self._seals.item(self.currentIndex().row())
        if current in selected:
            return current
        return next((item for item in selected if item.state == "differs"), (*selected, None)[0])

    def select(self, names: Collection[str]) -> None:
        """Select these tables and no others."""
        flag = QItemSelectionModel.SelectionFlag
        rows = sorted(row for name in names if (row := self._seals.row_of(name)) is not None)
        self.selectionModel().clear()
        for row in rows:
            self.selectionModel().select(self._seals.index(row, 0), flag.Select | flag.Rows)
        self.selection_changed.emit()

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Tell what is selected now."""
        super().selectionChanged(selected, deselected)
        self.selection_changed.emit()

    def copy(self) -> None:
        """Copy the selected tables with their whole roots."""
        lines = [
            "\t".join((item.sealed.table, item.root, self._seals.state_text(item)))
            for item in self.selected
        ]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def _on_before_reset(self) -> None:
        self._kept = {item.sealed.table for item in self.selected}

    def _on_reset(self) -> None:
        self.select(self._kept)
        self._fit()

    def _fit(self) -> None:
        row_px = self._theme.px(_ROW_PX)
        self.verticalHeader().setDefaultSectionSize(row_px)
        self.setIconSize(self._theme.icon_size)
        self.resizeColumnsToContents()
        for column in range(self._seals.columnCount() - 1):
            self.setColumnWidth(column, min(self.columnWidth(column), self._theme.px(_WIDEST_PX)))
        least, most = _ROWS
        rows = max(least, min(self._seals.rowCount(), most))
        # The header, and a scroll bar where the columns are wide.
        extra = self.horizontalHeader().sizeHint().height() + self._theme.px(16)
        self.setFixedHeight(rows * row_px + extra)
