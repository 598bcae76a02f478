"""The list of findings as a table."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from cts_console.ui.models.findings import FindingItem
from cts_console.ui.models.findings_model import FindingsModel
from cts_console.ui.models.listed import select_row
from cts_console.ui.theme import Theme

_WIDTHS_PX = (100, 320, 160, 74)
_STRETCHED = 1
_LEAST_WIDTH_PX, _MOST_WIDTH_PX = 40, 800
# So wide must the list be for these columns to be shown.
_NEEDS_PX = {3: 440, 2: 360}
_ROW_PX = 32


class FindingsView(QTableView):
    """Keeps the same finding selected while others come, go and are sorted."""

    current_changed = Signal(object)
    """Carries the `FindingItem` that is selected now, or None."""
    rows_asked = Signal()
    """Enter or a double click: show the rows of the selected finding."""
    copy_asked = Signal()
    """Ctrl+C: copy the selected finding."""

    def __init__(self, theme: Theme, model: FindingsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._findings = model
        self._kept: str | None = None
        self._told: FindingItem | None = None
        self._widths = list(_WIDTHS_PX)
        self._zoom = theme.zoom
        self.setAccessibleName(self.tr("Findings"))
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setSectionResizeMode(_STRETCHED, QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().sectionResized.connect(self._on_section_resized)
        model.modelAboutToBeReset.connect(self._on_before_reset)
        model.modelReset.connect(self._on_reset)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._shortcut(QKeySequence(key)).activated.connect(self.rows_asked)
        self._shortcut(QKeySequence(QKeySequence.StandardKey.Copy)).activated.connect(
            self.copy_asked
        )
        self.doubleClicked.connect(lambda _index: self.rows_asked.emit())
        theme.changed.connect(self._dress)
        self._dress()
        self._set_widths()

    @property
    def current_item(self) -> FindingItem | None:
        """The finding that is selected."""
        rows = self.selectionModel().selectedRows()
        return self._findings.item(rows[0].row()) if rows else None

    def select_row(self, row: int) -> None:
        """Select a row and show it."""
        select_row(self, row)

    def widths_text(self) -> str:
        """Return the columns' widths as they are kept: at a zoom of 1."""
        return ",".join(str(width) for width in self._widths)

    def restore_widths(self, text: str) -> None:
        """Bring back the widths of an earlier start."""
        widths = [int(part) for part in text.split(",") if part.isdecimal()]
        if len(widths) == len(_WIDTHS_PX):
            self._widths = [max(_LEAST_WIDTH_PX, min(width, _MOST_WIDTH_PX)) for width in widths]
            self._set_widths()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave room for the finding: where it is narrow, the rule and then the object go."""
        super().resizeEvent(event)
        for column, least_px in _NEEDS_PX.items():
            self.setColumnHidden(column, self.viewport().width() < self._theme.px(least_px))

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Tell what is selected now."""
        super().selectionChanged(selected, deselected)
        self._tell()

    def _shortcut(self, keys: QKeySequence) -> QShortcut:
        return QShortcut(keys, self, context=Qt.ShortcutContext.WidgetShortcut)

    def _on_before_reset(self) -> None:
        item = self.current_item
        self._kept = item.fingerprint if item is not None else self._kept

    def _on_reset(self) -> None:
        row = self._findings.row_of(self._kept) if self._kept is not None else None
        if row is not None:
            self.select_row(row)
        self._tell()

    def _tell(self) -> None:
        item = self.current_item
        if item is not self._told:
            self._told = item
            self.current_changed.emit(item)

    def _on_section_resized(self, column: int, _before: int, width: int) -> None:
        # A column that is hidden is told to have no width.
        if width and column != _STRETCHED:
            self._widths[column] = round(width / self._zoom)

    def _set_widths(self) -> None:
        self._zoom = self._theme.zoom
        for column, width in enumerate(self._widths):
            if column != _STRETCHED:
                self.setColumnWidth(column, self._theme.px(width))

    def _dress(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.px(_ROW_PX))
        self.setIconSize(self._theme.icon_size)
        if self._zoom != self._theme.zoom:
            self._set_widths()
