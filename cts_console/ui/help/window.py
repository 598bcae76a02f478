"""The window of the help: pages at the left, a field that finds, the page at the right."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from cts_console.ui.help.page_view import PageView
from cts_console.ui.help.pages import FIRST_PAGE, HelpPage
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, button, plain_label

_SIZE_PX: Final = (900, 640)
_LIST_PX: Final = 190
_NAME: Final = Qt.ItemDataRole.UserRole


class HelpWindow(QDialog):
    """Stands beside the main window; both can be used."""

    def __init__(
        self, theme: Theme, pages: tuple[HelpPage, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pages = {page.name: page for page in pages}
        self._been: list[str] = []
        self.setWindowTitle(self.tr("Help"))
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Find in the help  (Ctrl+F)"))
        self.field.setAccessibleName(self.tr("Find in the help"))
        self.field.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Pages of the help"))
        self.view = PageView(theme)
        self.nothing = plain_label(self.tr("No page has these words."), role="muted")
        self.nothing.setWordWrap(True)
        self.back = button(
            theme, "", "mdi6.arrow-left", self.go_back, tip=self.tr("Back (Alt+Left)")
        )
        for page in pages:
            item = QListWidgetItem(page.title, self.list)
            item.setData(_NAME, page.name)
        self._lay_out()
        self._connect()

    @property
    def shown(self) -> str:
        """The name of the page that is shown; "" before the first."""
        return "" if self.view.page is None else self.view.page.name

    def show_page(self, name: str) -> None:
        """Show a page, the first steps where there is none of this name."""
        wanted = name if name in self._pages else FIRST_PAGE
        if wanted == self.shown or wanted not in self._pages:
            return
        if self.shown:
            self._been.append(self.shown)
        self._show(wanted)

    def go_back(self) -> None:
        """Show the page before."""
        if self._been:
            self._show(self._been.pop())

    def _show(self, name: str) -> None:
        self.view.show_page(self._pages[name])
        self.back.setEnabled(bool(self._been))
        for row in range(self.list.count()):
            if self.list.item(row).data(_NAME) == name:
                self.list.setCurrentRow(row)

    def _on_words(self, text: str) -> None:
        words = text.split()
        fitting = [name for name, page in self._pages.items() if page.has(words)]
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setHidden(item.data(_NAME) not in fitting)
        self.nothing.setVisible(not fitting)
        if fitting and self.shown not in fitting:
            self.show_page(fitting[0])
        self.view.mark(words)
        self.view.go_to_next()

    def _on_row(self, row: int) -> None:
        if row >= 0:
            self.show_page(str(self.list.item(row).data(_NAME)))

    def _connect(self) -> None:
        self.field.textChanged.connect(self._on_words)
        self.field.returnPressed.connect(self.view.go_to_next)
        self.list.currentRowChanged.connect(self._on_row)
        self.view.page_asked.connect(self.show_page)
        for key, slot in (("Ctrl+F", self.field.setFocus), ("Alt+Left", self.go_back)):
            QShortcut(QKeySequence(key), self).activated.connect(slot)
        self._theme.changed.connect(self._size_list)

    def _size_list(self) -> None:
        self.list.setMinimumWidth(self._theme.px(_LIST_PX) // 2)
        self._splitter.setSizes([self._theme.px(_LIST_PX), self.width()])

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(2 * SPACE)
        top.addWidget(self.back)
        top.addWidget(self.field, 1)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.nothing)
        column.addWidget(self.list, 1)
        self.nothing.hide()
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.addWidget(left)
        self._splitter.addWidget(self.view)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * SPACE, 3 * SPACE, 3 * SPACE, 3 * SPACE)
        layout.setSpacing(2 * SPACE)
        layout.addLayout(top)
        layout.addWidget(self._splitter, 1)
        room = self.screen().availableGeometry()
        width, height = map(self._theme.px, _SIZE_PX)
        self.resize(min(width, room.width()), min(height, room.height()))
        self._size_list()
