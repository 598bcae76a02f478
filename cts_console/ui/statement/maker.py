"""The command "Statement …" of a window: one dialog at a time, about the open file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from cts_console.ui.context import OpenDatabase, WindowContext

if TYPE_CHECKING:
    from cts_console.ui.statement.dialog import StatementDialog


class StatementMaker(QObject):
    """Opens the dialog, and closes it with its file."""

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._parent = parent
        self._database: OpenDatabase | None = None
        self.dialog: StatementDialog | None = None
        context.navigator.statement_wanted.connect(self.ask)

    def set_database(self, database: OpenDatabase | None) -> None:
        """Another file is open, or none."""
        self._database = database
        dialog = self.dialog
        if dialog is not None and (database is None or database.path != dialog.path):
            dialog.reject()

    def ask(self) -> None:
        """Show the dialog about the open file."""
        if self._database is None:
            return
        if self.dialog is None:
            # What adds up and its numbers are loaded when they are wanted, not with the window.
            from cts_console.ui.statement.dialog import StatementDialog

            self.dialog = StatementDialog(self._context, self._database.path, self._parent)
            self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self.dialog.finished.connect(self._on_closed)
        # Beside the window, not over it: a long statement must not lock the other tabs.
        self.dialog.show()
        self.dialog.activateWindow()

    def _on_closed(self) -> None:
        self.dialog = None
