"""The list of rules as a table, in the place of the findings."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QItemSelection, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from cts_console.ui.models.listed import select_row
from cts_console.ui.models.rules_model import RuleGroup, RuleItem, RulesModel
from cts_console.ui.theme import Theme

_WIDTHS_PX: Final = (136, 74, 300, 200, 70)
_ASKS, _WHY, _TIME = 2, 3, 4
# So wide must the list be for the time to be shown, and for the reason: most rules have none, while
# it is what the list of those that were not checked is for.
_TIME_NEEDS_PX: Final = 620
_REASON_NEEDS_PX: Final = 460
_REASON_OF_FEW_NEEDS_PX: Final = 760
_ROW_PX: Final = 32


class RulesView(QTableView):
    """Keeps the same rule selected while others come and are sorted."""

    current_changed = Signal(object)
    """Carries the `RuleItem` that is selected now, or None."""

    def __init__(self, theme: Theme, model: RulesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rules = model
        self._kept: str | None = None
        self._group: RuleGroup = "rules"
        self.setAccessibleName(self.tr("Rules"))
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSortingEnabled(True)
        self.sortByColumn(1, Qt.SortOrder.AscendingOrder)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        for column in (_ASKS, _WHY):
            self.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        copy = QShortcut(
            QKeySequence(QKeySequence.StandardKey.Copy),
            self,
            context=Qt.ShortcutContext.WidgetShortcut,
        )
        copy.activated.connect(self._copy)
        model.modelAboutToBeReset.connect(self._on_before_reset)
        model.modelReset.connect(self._on_reset)
        theme.changed.connect(self._dress)
        self._dress()

    @property
    def current_item(self) -> RuleItem | None:
        """The rule that is selected."""
        rows = self.selectionModel().selectedRows()
        return self._rules.item(rows[0].row()) if rows else None

    def select_row(self, row: int) -> None:
        """Select a row and show it."""
        select_row(self, row)

    def show_group(self, group: RuleGroup) -> None:
        """Show the columns that say something of this group."""
        self._group = group
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave room for the question: where it is narrow, the time and then the reason go."""
        super().resizeEvent(event)
        self._fit()

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Tell what is selected now."""
        super().selectionChanged(selected, deselected)
        self.current_changed.emit(self.current_item)

    def _on_before_reset(self) -> None:
        item = self.current_item
        self._kept = item.check.rule if item is not None else self._kept

    def _on_reset(self) -> None:
        row = self._rules.row_of(self._kept) if self._kept is not None else None
        if row is not None:
            self.select_row(row)
        self.current_changed.emit(self.current_item)

    def _fit(self) -> None:
        width = self.viewport().width()
        self.setColumnHidden(_TIME, width < self._theme.px(_TIME_NEEDS_PX))
        least_px = _REASON_OF_FEW_NEEDS_PX if self._group == "rules" else _REASON_NEEDS_PX
        is_narrow = width < self._theme.px(least_px)
        self.setColumnHidden(_WHY, is_narrow or self._group == "passed")

    def _copy(self) -> None:
        item = self.current_item
        if item is not None:
            parts = (item.check.rule, item.title, item.outcome, item.reason)
            QGuiApplication.clipboard().setText("\t".join(part for part in parts if part))

    def _dress(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.px(_ROW_PX))
        self.setIconSize(self._theme.icon_size)
        for column, width in enumerate(_WIDTHS_PX):
            if column not in (_ASKS, _WHY):
                self.setColumnWidth(column, self._theme.px(width))
