"""The Bulk tab: many rows into the file, changed or deleted, and what came of it."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from cts_console.ui.bulk.import_page import ImportPage
from cts_console.ui.bulk.parts import scrolled
from cts_console.ui.context import OpenDatabase, WindowContext
from cts_console.ui.tabs.base import Tab


class BulkTab(Tab):
    """Four pages, one at a time."""

    name = "Bulk"
    icon_name = "mdi6.database-import-outline"

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.imports = ImportPage(context)
        layout = QVBoxLayout(self)
        layout.addWidget(scrolled(self.imports))

    def set_database(self, database: OpenDatabase | None) -> None:
        super().set_database(database)
        self.imports.set_database(database)
