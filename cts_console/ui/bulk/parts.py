"""What the pages of the Bulk tab are made of: steps, tables, a list to choose from in a cell."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHeaderView,
    QScrollArea,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from cts_console.ui.bulk.small_models import Index, WaysModel
from cts_console.ui.text import one_line
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, Card, State, plain_label, set_state

_ROW_PX = 28
_BAR_PX = 12
_LEAST_COLUMN_PX = 40
_MOST_COLUMN_PX = 280
_MOST_FITTED = 40
_FITTED_ROWS = 30


class StepCard(Card):
    """One step: its number if it has one, what it is about, how far it is, and its contents."""

    def __init__(self, number: int = 0, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._number = number
        self.set_title(title)
        self.state = plain_label(role="muted")
        self.header.addWidget(self.state)
        self.content = QWidget()
        self.inside = QVBoxLayout(self.content)
        self.inside.setContentsMargins(0, 0, 0, 0)
        self.inside.setSpacing(2 * SPACE)
        self.body.addWidget(self.content)

    def set_title(self, title: str) -> None:
        """Say what the step is about; without a number it is no step but a card like others."""
        self.title.setText(f"{self._number}  {title}" if self._number else title)
        self.title.setVisible(bool(title))
        self.setAccessibleName(title)

    def show_state(self, text: str, state: State = "") -> None:
        """Say how far the step is."""
        self.state.setText(one_line(text))
        set_state(self.state, state)


class ChoiceBox(QComboBox):
    """A list to choose from that does not change while a page is scrolled over it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()

    def choose(self, data: object) -> None:
        """Select the item of this data without telling."""
        index = self.findData(data)
        if index >= 0 and index != self.currentIndex():
            self.setCurrentIndex(index)


class SmallTable(QTableView):
    """A table that is as high as its rows, up to a limit."""

    def __init__(
        self,
        theme: Theme,
        model: QAbstractItemModel,
        name: str,
        *,
        most_rows: int = 8,
        is_wide: bool = False,
    ) -> None:
        super().__init__()
        self._theme = theme
        self._most_rows = most_rows
        self.setAccessibleName(name)
        self.setModel(model)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        # Between the scroll bars Fusion paints a square of its own.
        self.setCornerWidget(QWidget())
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        # A thousand rows, as is usual, would take half a second.
        head.setResizeContentsPrecision(_FITTED_ROWS)
        # Rows to look at are as wide as their values; the others fill the width.
        head.setStretchLastSection(not is_wide)
        head.setMinimumSectionSize(theme.px(_LEAST_COLUMN_PX))
        model.modelReset.connect(self.fit)
        self.horizontalScrollBar().rangeChanged.connect(self.fit)
        theme.changed.connect(self.fit)
        self.fit()

    def set_widths(self, widths_px: tuple[int, ...]) -> None:
        """Set the columns' widths, the last one takes the rest."""
        for column, width in enumerate(widths_px):
            self.setColumnWidth(column, self._theme.px(width))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy whole rows; by itself a table copies the current cell."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selected()
        else:
            super().keyPressEvent(event)

    def copy_selected(self) -> None:
        """Copy the selected rows as they are shown, a line each, cells apart by tabs."""
        rows: dict[int, list[str]] = {}
        for index in sorted(self.selectionModel().selectedIndexes()):
            if not self.isColumnHidden(index.column()):
                rows.setdefault(index.row(), []).append(str(index.data() or ""))
        if rows:
            QGuiApplication.clipboard().setText("\n".join("\t".join(row) for row in rows.values()))

    def make_editable(self) -> None:
        """Let a click, F2 or typing edit a cell; arrow keys only move."""
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.EditKeyPressed | triggers.AnyKeyPressed)
        self.clicked.connect(self._on_clicked)

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.edit(index)

    def fit_columns(self) -> None:
        """Make each column as wide as what it shows, up to a limit."""
        most = self._theme.px(_MOST_COLUMN_PX)
        # A file may have thousands; those that nobody sees at first keep the usual width.
        for column in range(min(self.model().columnCount(), _MOST_FITTED)):
            self.resizeColumnToContents(column)
            wanted = self.columnWidth(column) + self._theme.px(12)
            self.setColumnWidth(column, min(wanted, most))

    def fit(self) -> None:
        """Be as high as the rows need, up to the limit."""
        theme = self._theme
        self.setIconSize(theme.icon_size)
        self.verticalHeader().setDefaultSectionSize(theme.px(_ROW_PX))
        rows = max(1, min(self.model().rowCount(), self._most_rows))
        head_px = self.horizontalHeader().sizeHint().height()
        has_bar = self.horizontalScrollBar().maximum() > 0
        bar_px = theme.px(_BAR_PX) if has_bar else 0
        around_px = 2 * self.frameWidth() + bar_px
        self.setFixedHeight(head_px + rows * theme.px(_ROW_PX) + around_px)


class TargetDelegate(QStyledItemDelegate):
    """Chooses the column of the table in a cell of `WaysModel`."""

    def createEditor(
        self, parent: QWidget, _option: QStyleOptionViewItem, index: Index
    ) -> QComboBox:
        """Offer the columns, and to leave this one out."""
        box = QComboBox(parent)
        model = index.model()
        assert isinstance(model, WaysModel), "it serves this model alone"
        for target in ("", *model.targets):
            box.addItem(model.target_text(target), target)
        box.activated.connect(lambda _row: self._take(box))
        return box

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Select the present choice."""
        assert isinstance(editor, QComboBox), "made above"
        editor.setCurrentIndex(max(0, editor.findData(index.data(Qt.ItemDataRole.EditRole))))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Tell the choice."""
        assert isinstance(editor, QComboBox), "made above"
        model.setData(index, editor.currentData(), Qt.ItemDataRole.EditRole)

    def _take(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box)


def scrolled(content: QWidget) -> QScrollArea:
    """Return an area in which a page is scrolled where the window is small."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    return area
