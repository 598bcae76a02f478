"""The Bulk tab: many rows into the file, changed or deleted, what came of it, and how fast."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from cts_console.ui.bulk.change_page import ChangePage
from cts_console.ui.bulk.claims_page import ClaimsPage
from cts_console.ui.bulk.history_page import HistoryPage
from cts_console.ui.bulk.import_page import ImportPage
from cts_console.ui.bulk.parts import scrolled
from cts_console.ui.context import OpenDatabase, WindowContext
from cts_console.ui.tabs.base import Tab
from cts_console.ui.widgets.basics import SPACE, button
from cts_console.ui.widgets.state_stack import StateStack

_PAGE_KEY: Final = "bulk/page"


class BulkTab(Tab):
    """Four pages, one at a time."""

    name = "Bulk"
    icon_name = "mdi6.database-import-outline"

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.imports = ImportPage(context)
        self.changes = ChangePage(context)
        self.history = HistoryPage(context)
        self.claims = ClaimsPage(context)
        self._pages = QStackedWidget()
        self._buttons = QButtonGroup(self)
        self._buttons.setExclusive(True)
        content = QWidget()
        self.states = StateStack(context.theme, content)
        self._lay_out(content)
        self._buttons.idToggled.connect(self._on_page)
        context.navigator.import_wanted.connect(self.start_import)
        context.navigator.file_changed.connect(self._on_file_changed)
        kept = context.settings.number("bulk/page", 0.0)
        self.show_page(int(kept) if 0 <= kept < self._pages.count() else 0)
        self.states.show_empty(self.tr("No file is open"))

    def set_database(self, database: OpenDatabase | None) -> None:
        """Show another file, or the same one with or without leave to write."""
        super().set_database(database)
        for page in (self.imports, self.changes, self.history, self.claims):
            page.set_database(database)
        if database is None:
            self.states.show_empty(self.tr("No file is open"))
            return
        self.states.show_content()
        if self.isVisible():
            self._read_page()

    def on_shown(self) -> None:
        """Read what may be stale on the page in front."""
        self._read_page()

    def refresh(self) -> None:
        """Read the page in front again."""
        self._read_page()
        if self._pages.currentIndex() == 0:
            self.imports.refresh()

    def show_page(self, number: int) -> None:
        """Bring a page to the front."""
        self._buttons.button(number).setChecked(True)

    def start_import(self, file: Path) -> None:
        """Begin to import `file`."""
        if self.database is None:
            return
        self.show_page(0)
        self.context.navigator.tab_wanted.emit(self.name)
        if self.imports.is_running:
            self.context.navigator.notice_raised.emit(
                self.tr("An import is at work: stop it, or wait for its end.")
            )
            return
        self.imports.start(file)

    def _on_page(self, number: int, is_checked: bool) -> None:
        if is_checked:
            self._pages.setCurrentIndex(number)
            self.context.settings.remember(_PAGE_KEY, float(number))
            self._read_page()

    def _on_file_changed(self) -> None:
        if self.isVisible():
            self._read_page()

    def _read_page(self) -> None:
        if self.database is None:
            return
        if self._pages.currentIndex() == 1:
            self.changes.refresh()
        elif self._pages.currentIndex() == 2:
            self.history.refresh()

    def _lay_out(self, content: QWidget) -> None:
        theme = self.context.theme
        row = QHBoxLayout()
        row.setSpacing(2 * SPACE)
        pages = (
            (self.tr("Import"), "mdi6.file-import-outline", self.imports),
            (self.tr("Change or delete"), "mdi6.table-edit", self.changes),
            (self.tr("History"), "mdi6.history", self.history),
            (self.tr("Claims"), "mdi6.speedometer", self.claims),
        )
        for number, (text, icon, page) in enumerate(pages):
            made: QPushButton = button(theme, text, icon)
            made.setCheckable(True)
            self._buttons.addButton(made, number)
            row.addWidget(made)
            area: QScrollArea = scrolled(page)
            area.setAccessibleName(text)
            self._pages.addWidget(area)
        row.addStretch(1)
        inside = QVBoxLayout(content)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(3 * SPACE)
        inside.addLayout(row)
        inside.addWidget(self._pages, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.addWidget(self.states)
