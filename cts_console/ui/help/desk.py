"""Opens the help where it is asked for, on the page that fits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from cts_console.ui.context import WindowContext
from cts_console.ui.help.licences import LicencesDialog, read_licences
from cts_console.ui.help.pages import FIRST_PAGE, HelpPage, page_of, read_pages
from cts_console.ui.help.window import HelpWindow
from cts_console.worker import Job


class HelpDesk(QObject):
    """Keeps one help window at most; it comes to the front where it is open already."""

    def __init__(self, context: WindowContext, tab_names: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._tab_names = tuple(tab_names)
        self._parent = parent
        self.window: HelpWindow | None = None
        self.licences: LicencesDialog | None = None

    def show_tab(self, tab_name: str) -> None:
        """Show the page about a tab; "" shows the first steps."""
        self.show_page(page_of(tab_name) if tab_name else FIRST_PAGE)

    def show_page(self, name: str) -> None:
        """Show a page by its name."""
        if self.window is not None:
            self._bring(self.window, name)
            return
        self._context.browse.submit(
            Job(
                self.tr("Reading the help"),
                partial(read_pages, tab_names=self._tab_names),
                quiet=True,
            ),
            self,
            partial(self._on_pages, name),
            self._context.navigator.error_raised.emit,
            key="help",
        )

    def show_licences(self) -> None:
        """Show the licences of what is shipped."""
        self._context.browse.submit(
            Job(self.tr("Reading the licences"), read_licences, quiet=True),
            self,
            self._on_licences,
            self._context.navigator.error_raised.emit,
            key="licences",
        )

    def _on_licences(self, text: str) -> None:
        self.licences = LicencesDialog(self._context.theme, text, self._parent)
        self.licences.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.licences.finished.connect(self._on_licences_closed)
        self.licences.open()

    def _on_licences_closed(self) -> None:
        self.licences = None

    def _on_pages(self, name: str, pages: tuple[HelpPage, ...]) -> None:
        self.window = HelpWindow(self._context.theme, pages, self._parent)
        self.window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.window.finished.connect(self._on_closed)
        self._bring(self.window, name)

    def _bring(self, window: HelpWindow, name: str) -> None:
        window.show_page(name)
        window.show()
        window.raise_()
        window.activateWindow()

    def _on_closed(self) -> None:
        self.window = None
