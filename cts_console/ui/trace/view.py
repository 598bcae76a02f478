"""The table of a trace."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QItemSelection, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from cts_console.trace import TraceEvent
from cts_console.ui.models.listed import select_row
from cts_console.ui.theme import Theme
from cts_console.ui.trace.model import PARTS, WHAT, TraceModel

_ROW_PX: Final = 26
_WIDEST_PX: Final = {WHAT: 280}
_OTHERS_PX: Final = 200
_FITTED_ROWS: Final = 200


class TraceView(QTableView):
    """Shows the events; the first that parts is selected and in sight."""

    event_changed = Signal(object)
    """Carries the `TraceEvent` that is current now, or None."""
    rows_asked = Signal()
    """The person wants to see the row of the current event."""

    def __init__(self, theme: Theme, model: TraceModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self.setModel(model)
        self.setAccessibleName(self.tr("Events in the order of time"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        # Between the scroll bars Fusion paints a square of its own.
        self.setCornerWidget(QWidget())
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setResizeContentsPrecision(_FITTED_ROWS)
        copy = QShortcut(
            QKeySequence(QKeySequence.StandardKey.Copy),
            self,
            context=Qt.ShortcutContext.WidgetShortcut,
        )
        copy.activated.connect(self.copy_selected)
        self.activated.connect(self.rows_asked)
        theme.changed.connect(self.fit)
        self.fit()

    @property
    def current_event(self) -> TraceEvent | None:
        """The event of the current row."""
        index = self.currentIndex()
        return self._model.event_at(index.row()) if index.isValid() else None

    def go_to(self, row: int) -> None:
        """Select a row and show it in the middle."""
        select_row(self, row)
        self.scrollTo(self._model.index(row, 0), QAbstractItemView.ScrollHint.PositionAtCenter)

    def fit(self) -> None:
        """Make each column as wide as its first rows need, within reason."""
        self.verticalHeader().setDefaultSectionSize(self._theme.px(_ROW_PX))
        self.setIconSize(self._theme.icon_size)
        self.resizeColumnsToContents()
        for column in range(PARTS):
            widest = self._theme.px(_WIDEST_PX.get(column, _OTHERS_PX))
            self.setColumnWidth(column, min(self.columnWidth(column), widest))

    def copy_selected(self) -> None:
        """Copy the selected rows as text with tabs."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        if rows:
            QGuiApplication.clipboard().setText(self.rows_text(rows))

    def rows_text(self, rows: list[int] | range) -> str:
        """Return rows as they are shown, a line each, cells apart by tabs."""
        cells = range(PARTS + 1)
        return "\n".join("\t".join(self._model.text_of(row, c) for c in cells) for row in rows)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the current row in sight: what is said of it below takes room from the table."""
        super().resizeEvent(event)
        self.scrollTo(self.currentIndex())

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Tell which event is current now."""
        super().selectionChanged(selected, deselected)
        self.event_changed.emit(self.current_event)
