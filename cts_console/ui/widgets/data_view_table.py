"""The grid of a data view: it tells which rows it shows, and paints what the model has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import (
    QEvent,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    Qt,
)
from PySide6.QtCore import Signal as QtSignal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from cts_console.ui.models.rows import MOST_ROWS, RowsModel
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.data_view_paint import CellPainter

ROW_PX: Final = 26
_PADDING_PX: Final = 8
_NARROWEST_PX: Final = 56
_WIDEST_PX: Final = 340
_SAMPLE_ROWS: Final = 60
_SAMPLE_CELLS: Final = 6_000
_MOST_PIXELS: Final = 2**31 - 1_000_000

_Index = QModelIndex | QPersistentModelIndex


class RowsTable(QTableView):
    """A table view over a `RowsModel`."""

    rows_shown = QtSignal(int, int)
    """Carries the first and the last row that can be seen."""
    follow_wanted = QtSignal(int, int)
    """Carries row and column of a link that was clicked or entered."""
    panel_wanted = QtSignal()
    """The whole value of the current cell is wanted."""
    cell_changed = QtSignal()
    """Another cell is the current one."""

    def __init__(self, model: RowsModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self._zoom = theme.zoom
        self.cells = CellPainter(theme)
        self.links: frozenset[int] = frozenset()
        """Columns whose values lead to a row of another table."""
        self.setModel(model)
        self.setAccessibleName(self.tr("Rows"))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setCornerButtonEnabled(False)
        # Between the scroll bars Fusion paints a square of its own.
        self.setCornerWidget(QWidget())
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.setSectionsMovable(True)
        self.verticalScrollBar().valueChanged.connect(self._tell_rows)
        model.shifted.connect(self._on_shifted)
        model.dataChanged.connect(self._on_data_changed)
        theme.changed.connect(self._dress)
        self._dress()

    def visible_rows(self) -> tuple[int, int]:
        """Return the first and the last row that can be seen; (0, -1) for none."""
        total = self._model.rowCount()
        if not total:
            return 0, -1
        first = max(self.verticalScrollBar().value(), 0)
        shown = self.viewport().height() // max(self.verticalHeader().defaultSectionSize(), 1) + 1
        return min(first, total - 1), min(first + shown, total - 1)

    def selected_rows(self) -> list[tuple[int, int]]:
        """Return first and last row of each run of selected rows, without overlap."""
        runs: list[tuple[int, int]] = []
        for top, bottom in sorted((part.top(), part.bottom()) for part in self._selected()):
            if runs and top <= runs[-1][1] + 1:
                runs[-1] = (runs[-1][0], max(runs[-1][1], bottom))
            else:
                runs.append((top, bottom))
        return runs

    def selected_columns(self) -> list[int]:
        """Return the columns in which something is selected, as they stand."""
        columns: set[int] = set()
        for part in self._selected():
            columns.update(range(part.left(), part.right() + 1))
        return sorted(columns, key=self.horizontalHeader().visualIndex)

    def _selected(self) -> list[QItemSelectionRange]:
        # By ranges: all rows of a large table are one range and millions of indexes.
        selection = self.selectionModel().selection()
        return [selection.at(number) for number in range(selection.count())]

    def fit_columns(self) -> None:
        """Make the columns as wide as the first rows need, within bounds."""
        count = self._model.columnCount()
        rows = min(self._model.rowCount(), _SAMPLE_ROWS, max(3, _SAMPLE_CELLS // max(count, 1)))
        for column in range(count):
            self.setColumnWidth(column, self.fitting_width(column, rows))

    def fitting_width(self, column: int, rows: int = _SAMPLE_ROWS) -> int:
        """Return the width that the heading and the first `rows` rows of a column need."""
        longest = max((len(self._model.look(row, column).text) for row in range(rows)), default=0)
        cell_px = longest * self.cells.character_px + self._theme.px(2 * _PADDING_PX + 4)
        if column in self.links:
            cell_px += self._theme.px(16)
        heading = self._model.headings[column].text if self._model.headings else ""
        metrics = self.horizontalHeader().fontMetrics()
        head_px = metrics.horizontalAdvance(heading) + self._theme.px(3 * _PADDING_PX)
        bounds = self._theme.px(_NARROWEST_PX), self._theme.px(_WIDEST_PX)
        return round(min(max(cell_px, head_px, bounds[0]), bounds[1]))

    # Qt's view

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cells that are seen."""
        painter = QPainter(self.viewport())
        self.cells.begin(painter)
        area = event.rect()
        rows = self._rows_between(area.top(), area.bottom())
        columns = self._columns_between(area.left(), area.right())
        if not rows or not columns:
            return
        height = self.verticalHeader().defaultSectionSize()
        tops = {row: self.rowViewportPosition(row) for row in rows}
        sides = {
            column: (self.columnViewportPosition(column), self.columnWidth(column))
            for column in columns
        }
        self._paint_selection(painter, tops, sides, height)
        right = max(left + width for left, width in sides.values())
        for row, top in tops.items():
            self.cells.paint_line(painter, area.left(), right, top + height - 1)
            for column, (left, width) in sides.items():
                look = self._model.look(row, column)
                rect = QRect(left, top, width, height)
                self.cells.paint(painter, rect, look, is_link=column in self.links)
        current = self.currentIndex()
        if current.isValid() and self.hasFocus() and current.row() in tops:
            self.cells.paint_focus(painter, self.visualRect(current))

    def _paint_selection(
        self,
        painter: QPainter,
        tops: Mapping[int, int],
        sides: Mapping[int, tuple[int, int]],
        height: int,
    ) -> None:
        for part in self._selected():
            for row, top in tops.items():
                if not part.top() <= row <= part.bottom():
                    continue
                for column, (left, width) in sides.items():
                    if part.left() <= column <= part.right():
                        self.cells.paint_ground(painter, QRect(left, top, width, height))

    def _rows_between(self, top: int, bottom: int) -> range:
        first, last = self.rowAt(top), self.rowAt(bottom)
        if first < 0:
            return range(0)
        return range(first, (self._model.rowCount() if last < 0 else last + 1))

    def _columns_between(self, left: int, right: int) -> list[int]:
        header = self.horizontalHeader()
        first, last = header.visualIndexAt(left), header.visualIndexAt(right)
        if first < 0:
            return []
        count = header.count() if last < 0 else last + 1
        return [header.logicalIndex(visual) for visual in range(first, count)]

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        """Tell that another cell is the current one."""
        super().currentChanged(current, previous)
        self.cell_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell which rows are seen now."""
        super().resizeEvent(event)
        self._tell_rows()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter follows a link, F4 and space show the whole value."""
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            if index.column() in self.links:
                self.follow_wanted.emit(index.row(), index.column())
            else:
                self.panel_wanted.emit()
        elif event.key() in (Qt.Key.Key_F4, Qt.Key.Key_Space):
            self.panel_wanted.emit()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on the arrow of a link follows it."""
        super().mouseReleaseEvent(event)
        index = self._link_at(event)
        if index is not None and event.button() == Qt.MouseButton.LeftButton:
            self.follow_wanted.emit(index.row(), index.column())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A hand over the arrow of a link."""
        super().mouseMoveEvent(event)
        over = self._link_at(event) is not None
        shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
        if self.viewport().cursor().shape() != shape:
            self.viewport().setCursor(shape)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click shows the whole value."""
        super().mouseDoubleClickEvent(event)
        if self.indexAt(event.position().toPoint()).isValid():
            self.panel_wanted.emit()

    def changeEvent(self, event: QEvent) -> None:
        """A changed style may have changed the heights."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._tell_rows()

    def _link_at(self, event: QMouseEvent) -> QModelIndex | None:
        point = event.position().toPoint()
        index = self.indexAt(point)
        if not index.isValid() or index.column() not in self.links:
            return None
        if self._model.look(index.row(), index.column()).tone != "text":
            return None
        return index if self.cells.arrow_rect(self.visualRect(index)).contains(point) else None

    def _tell_rows(self) -> None:
        first, last = self.visible_rows()
        if last >= first:
            self.rows_shown.emit(first, last)

    def _on_shifted(self, rows: int) -> None:
        bar = self.verticalScrollBar()
        self.updateGeometries()
        bar.setValue(max(bar.value() + rows, 0))

    def _on_data_changed(self) -> None:
        self.viewport().update()

    def _dress(self) -> None:
        height = self._theme.px(ROW_PX)
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)
        self.cells.dress()
        self._model.most_rows = min(MOST_ROWS, _MOST_PIXELS // height)
        factor = self._theme.zoom / self._zoom
        self._zoom = self._theme.zoom
        if factor != 1:
            for column in range(self._model.columnCount()):
                self.setColumnWidth(column, round(self.columnWidth(column) * factor))
        self.viewport().update()
