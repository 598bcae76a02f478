"""The left side of the Schema tab: a field that finds anything by name, over the tree."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QMenu,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from cts_console.schema import Column, Schema
from cts_console.ui.models.schema_tree import SchemaTreeModel
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, plain_label

_TYPING_PAUSE_MS = 80
_EXPAND_AT_MOST = 30
_WIDTH_FOR_SIZE = 270
_WIDTH_FOR_ROWS = 200


class SearchField(QLineEdit):
    """A line that hands the arrow down on to the tree."""

    down_pressed = Signal()
    """The arrow down was pressed."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down goes to the tree, Escape empties the field."""
        if event.key() == Qt.Key.Key_Down:
            self.down_pressed.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class SchemaNavigator(QWidget):
    """Search field and tree."""

    chosen = Signal(object)
    """Carries the `Node` that a person went to."""
    search_entered = Signal(str)
    """Carries the text of the field when Enter is pressed."""
    sizes_wanted = Signal()
    """The bytes per table are wanted, whatever it takes."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._expanded: set[tuple[str, ...]] = set()
        self._is_quiet = False
        self.model = SchemaTreeModel(theme, self)
        self.field = SearchField()
        self.field.setPlaceholderText(self.tr("Find a table, column or index  (Ctrl+P)"))
        self.field.setAccessibleName(self.tr("Find a table, column or index"))
        self.field.setClearButtonEnabled(True)
        self.tree = QTreeView()
        self._none = plain_label(role="muted")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_PAUSE_MS)
        self._dress_tree()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self.field)
        layout.addWidget(self._none)
        layout.addWidget(self.tree, 1)
        self._none.setVisible(False)
        self.field.textChanged.connect(self._pause.start)
        self.field.returnPressed.connect(self._on_return)
        self.field.down_pressed.connect(self._go_to_tree)
        self._pause.timeout.connect(self._filter)
        self.tree.expanded.connect(self._on_expanded)
        self.tree.collapsed.connect(self._on_collapsed)
        self.tree.selectionModel().currentChanged.connect(self._on_current)
        self.tree.customContextMenuRequested.connect(self._show_menu)
        theme.changed.connect(self._dress)
        self._dress()

    def show_schema(self, schema: Schema) -> None:
        """Show a schema; what was open stays open."""
        with_quiet = partial(self.model.set_schema, schema)
        self._without_choosing(with_quiet)
        self._restore_expanded()

    def select_object(self, name: str) -> None:
        """Make the line of a table or view the current one, without telling so."""
        current = self.model.node(self.tree.currentIndex())
        if current is not None and current.owner == name:
            return
        for path in ((f"table:{name}",), ("folder:Views", f"view:{name}")):
            index = self.model.index_of(path)
            if index.isValid():
                self._without_choosing(partial(self.tree.setCurrentIndex, index))
                self.tree.scrollTo(index)
                return

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out figures where there is no room."""
        super().resizeEvent(event)
        self._fit_columns()

    def focus_search(self) -> None:
        """Go to the field."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def _filter(self) -> None:
        text = self.field.text()
        self._without_choosing(partial(self.model.set_filter, text))
        rows = self.model.rowCount()
        self._none.setText(self.tr("Nothing is called so."))
        self._none.setVisible(bool(text.strip()) and not rows)
        if not text.strip():
            self._restore_expanded()
            return
        for row in range(min(rows, _EXPAND_AT_MOST)):
            self._expand_found(self.model.index(row, 0), text.strip().casefold())
        self.tree.scrollToTop()

    def _expand_found(self, index: QModelIndex, wanted: str) -> None:
        """Open what was not found itself: then something below it was."""
        node = self.model.node(index)
        if node is None or (wanted in node.name.casefold() and node.kind != "folder"):
            return
        self.tree.expand(index)
        for row in range(min(self.model.rowCount(index), _EXPAND_AT_MOST)):
            self._expand_found(self.model.index(row, 0, index), wanted)

    def _on_return(self) -> None:
        self._pause.stop()
        self._filter()
        if self.field.text().strip():
            self.search_entered.emit(self.field.text())

    def _go_to_tree(self) -> None:
        self.tree.setFocus(Qt.FocusReason.TabFocusReason)
        if not self.tree.currentIndex().isValid() and self.model.rowCount():
            self.tree.setCurrentIndex(self.model.index(0, 0))

    def _on_current(self, current: QModelIndex) -> None:
        node = self.model.node(current)
        if node is not None and not self._is_quiet:
            self.chosen.emit(node)

    def _without_choosing(self, action: partial[None]) -> None:
        self._is_quiet = True
        try:
            action()
        finally:
            self._is_quiet = False

    def _on_expanded(self, index: QModelIndex) -> None:
        node = self.model.node(index)
        if node is not None and not self.field.text().strip():
            self._expanded.add(node.path)

    def _on_collapsed(self, index: QModelIndex) -> None:
        node = self.model.node(index)
        if node is not None and not self.field.text().strip():
            self._expanded.discard(node.path)

    def _restore_expanded(self) -> None:
        for path in sorted(self._expanded, key=len):
            index = self.model.index_of(path)
            if index.isValid():
                self.tree.expand(index)

    def _show_menu(self, point: QPoint) -> None:
        node = self.model.node(self.tree.indexAt(point))
        if node is None:
            return
        clipboard = QGuiApplication.clipboard()
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Copy the name"), partial(clipboard.setText, node.name))
        subject = node.subject
        if subject is not None and not isinstance(subject, Column) and subject.sql:
            menu.addAction(self.tr("Copy the SQL"), partial(clipboard.setText, subject.sql))
        menu.addAction(self.tr("Measure all sizes"), self.sizes_wanted.emit)
        menu.addAction(self.tr("Close all branches"), self._collapse_all)
        menu.popup(self.tree.viewport().mapToGlobal(point))

    def _collapse_all(self) -> None:
        self._expanded.clear()
        self.tree.collapseAll()

    def _dress_tree(self) -> None:
        tree = self.tree
        tree.setModel(self.model)
        tree.setAccessibleName(self.tr("Tables, views, indexes and triggers"))
        tree.setUniformRowHeights(True)
        tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        tree.setAllColumnsShowFocus(True)
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(40)

    def _dress(self) -> None:
        self.tree.setIndentation(self._theme.px(16))
        self.tree.setIconSize(self._theme.icon_size)
        self.tree.header().resizeSection(1, self._theme.px(80))
        self.tree.header().resizeSection(2, self._theme.px(86))
        self.setMinimumWidth(self._theme.px(180))
        self._fit_columns()

    def _fit_columns(self) -> None:
        # The names come first; figures are for who has the room.
        width = self.width() / self._theme.zoom
        self.tree.setColumnHidden(2, width < _WIDTH_FOR_SIZE)
        self.tree.setColumnHidden(1, width < _WIDTH_FOR_ROWS)
