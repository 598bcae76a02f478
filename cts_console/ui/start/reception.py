"""What the window does for a later start: it comes to the front and opens what is asked for."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from cts_console.ui.main_window import MainWindow
from cts_console.ui.start.messages import visit_message
from cts_console.ui.start.place import Visit


class Reception(QObject):
    """Takes visits in the thread of the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def take(self, visit: Visit) -> None:
        """Come to the front, and open the file that the visit names, if it is another."""
        window = self._window
        if window.is_ending or not window.isVisible():
            return  # the visitor is told so, and tries again
        visit.taken.set()
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.raise_()
        window.activateWindow()
        database = window.session.database
        is_open = database is not None and str(database.path) == visit.path
        if not visit.path or (is_open and not visit.writable):
            return
        wish = partial(window.open_path, visit.path, writable=visit.writable)
        # A dialog is about the open file: it must not lose it while a person decides.
        if QApplication.activeModalWidget() is None:
            wish()
        else:
            window.messages.show_message(visit_message(visit.path, wish))
