"""The window: tool bar, message bar, tabs, status bar, and what ties them to the open file."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QStackedWidget, QVBoxLayout, QWidget

from cts_console.errors import CtsError
from cts_console.maintenance import FileUsers
from cts_console.ui.actions import Actions
from cts_console.ui.context import OpenDatabase, WindowContext
from cts_console.ui.dialogs.about import AboutDialog
from cts_console.ui.dialogs.file_label import FileLabelDialog
from cts_console.ui.frame.facts import FileFacts
from cts_console.ui.frame.file_commands import FileCommands
from cts_console.ui.frame.first_run import FirstRunPage
from cts_console.ui.frame.message_bar import MessageBar
from cts_console.ui.frame.recent_menu import RecentMenu
from cts_console.ui.frame.session import FileSession
from cts_console.ui.frame.status_bar import StatusBar
from cts_console.ui.frame.tab_bar import TabArea
from cts_console.ui.frame.tool_bar import ToolBar
from cts_console.ui.frame.write_banner import WriteBanner
from cts_console.ui.help.desk import HelpDesk
from cts_console.ui.help.pages import TROUBLES_PAGE
from cts_console.ui.models.findings import count_text
from cts_console.ui.statement.maker import StatementMaker
from cts_console.ui.tabs.base import Tab
from cts_console.ui.tabs.registry import TABS
from cts_console.ui.text import one_line, short_path
from cts_console.ui.widgets.basics import State

DEFAULT_SIZE: Final = QSize(1320, 840)
SMALLEST_SIZE: Final = QSize(640, 480)
# So long the window waits in place for its threads; then it says so and lets the events run.
_PATIENCE_MS: Final = 150
_LOOK_INTERVAL_MS: Final = 50


class MainWindow(QMainWindow):
    """The one window of the program."""

    def __init__(
        self,
        context: WindowContext,
        tabs: tuple[type[Tab], ...] = TABS,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.context = context
        self.has_ended = False
        self._wanted = ""
        self._clients = context.clients
        self.session = FileSession(context, self)
        self.messages = MessageBar(context.theme)
        self.files = FileCommands(context, self.session, self.messages, self)
        self.statements = StatementMaker(context, self)
        self.actions_of = Actions(self, self, context.theme)
        self.recent = RecentMenu(context.settings, self)
        self._file_menu = QMenu(self)
        self.tool_bar = ToolBar(
            context, self._file_menu, self.actions_of.backup, self.actions_of.audit
        )
        self.banner = WriteBanner(lambda: context.operations.is_busy)
        self.tabs = TabArea(context.theme, tuple(tab(context) for tab in tabs))
        self.help = HelpDesk(context, [tab.name for tab in tabs], self)
        self.first_run = FirstRunPage(
            context, self.actions_of.open, self.actions_of.new, self.actions_of.demo
        )
        self.status = StatusBar(context)
        self._ending = QTimer(self)
        self._ending.setInterval(_LOOK_INTERVAL_MS)
        self._ending.timeout.connect(self._look_for_the_end)
        self._lay_out()
        self._fill_menus()
        self._connect()
        self._restore()
        self._on_database(None)

    @property
    def is_ending(self) -> bool:
        """Whether the window is closed, or closes as soon as its threads have ended."""
        return self.has_ended or self._ending.isActive()

    # Commands of the actions

    def open_path(self, path: str | Path, *, writable: bool = False) -> None:
        """Open the file at `path`; what goes wrong is told in the message bar."""
        self.session.open(path, writable=writable)

    def choose_new(self) -> None:
        """Ask for a name and create a database."""
        self.files.choose_new()

    def choose_file(self) -> None:
        """Ask for a file and open it read-only."""
        self.files.choose_file(writable=False)

    def choose_file_for_writing(self) -> None:
        """Ask for a file and open it for writing."""
        self.files.choose_file(writable=True)

    def choose_backup(self) -> None:
        """Ask for a name and back up the open file."""
        self.files.choose_backup()

    def choose_statement(self) -> None:
        """Ask for the period of a statement over the open file."""
        self.statements.ask()

    def open_demo(self) -> None:
        """Create the demo where there is none, and open it."""
        self.files.open_demo()

    def close_file(self) -> None:
        """Close the open file; its jobs are stopped first."""
        for client in self._clients:
            client.stop()
        self.session.close()
        self.context.settings.remember("files/last", "")

    def toggle_lock(self) -> None:
        """Unlock writing, or lock it."""
        database = self.session.database
        self._on_lock_wanted(database is not None and database.writable)

    def run_audit(self) -> None:
        """Bring the Audit tab to the front and run the standard audit."""
        if self.session.database is not None and self.tabs.go_to("Audit"):
            self.context.navigator.audit_wanted.emit("standard")

    def find_table(self) -> None:
        """Go to the field of the Schema tab that finds tables, columns and indexes."""
        if self.session.database is not None and self.tabs.go_to("Schema"):
            self.context.navigator.search_wanted.emit()

    def refresh(self) -> None:
        """Read the tab in front, and the frame's own facts, again."""
        self.session.read_again()
        if self.tabs.current is not None:
            self.tabs.current.refresh()

    def stop(self) -> None:
        """Stop the running job."""
        self.status.jobs.stop()

    def switch_zone(self) -> None:
        """Switch between local time and UTC."""
        clock = self.context.clock
        clock.set_zone("local" if clock.zone == "utc" else "utc")

    def edit_label(self) -> None:
        """Ask for the name and the colour of the open file."""
        database = self.session.database
        if database is None:
            return
        path = str(database.path)
        dialog = FileLabelDialog(
            self.context.theme, path, *self.context.settings.file_label(path), self
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(partial(self._keep_label, dialog, path))
        dialog.open()

    def show_help(self) -> None:
        """Explain the tab in front, or the first steps where no file is open."""
        tab = self.tabs.current if self.session.database is not None else None
        self.help.show_tab("" if tab is None else tab.name)

    def show_troubles(self) -> None:
        """Show the guide for what goes wrong."""
        self.help.show_page(TROUBLES_PAGE)

    def show_about(self) -> None:
        """Show the versions and licences."""
        dialog = AboutDialog(self.context.theme, self)
        dialog.licences_asked.connect(self.help.show_licences)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    # What the session tells

    def _on_database(self, database: OpenDatabase | None) -> None:
        for action in self.actions_of.need_file:
            action.setEnabled(database is not None)
        self._pages.setCurrentWidget(self.first_run if database is None else self.tabs)
        for tab in self.tabs.tabs:
            tab.set_database(database)
        self.tabs.set_active(database is not None and self.isVisible())
        self.statements.set_database(database)
        self.tool_bar.show_database(database)
        if database is None or not database.writable:
            self.banner.end()
        settings = self.context.settings
        if database is None:
            self.first_run.show_recent(settings.recent_files())
        else:
            settings.remember_file(str(database.path))
            settings.remember("files/last", str(database.path))
        self._show_title(database)

    def _on_facts(self, facts: FileFacts | None) -> None:
        self.tool_bar.show_facts(facts)
        self.status.show_facts(facts)

    def _on_open_failed(self, error: CtsError) -> None:
        if error.code == "cancelled":
            self.messages.show_notice(self.tr("Stopped; the file was not opened."))
        elif error.code in ("locked", "timeout", "not_found"):
            again = partial(self.open_path, self._wanted)
            self.messages.show_error(error, self.tr("Try again"), again)
        else:
            self.messages.show_error(error)

    def _on_opening(self, path: str) -> None:
        self._wanted = path

    def _on_lost(self, error: CtsError) -> None:
        database = self.session.database
        if database is None:
            return
        self.session.lock()
        self.messages.show_error(
            error, self.tr("Open again"), partial(self.open_path, database.path)
        )

    def _on_unlocked(self, users: FileUsers) -> None:
        if self.session.database is not None:
            self.banner.begin(self._name_of(self.session.database), users)

    def _on_lock_wanted(self, wanted: bool) -> None:
        if wanted:
            self.session.lock()
        else:
            self.session.unlock()

    def _on_audit_finished(self, document: dict[str, Any]) -> None:
        if not document["whole"]:
            return  # a few rules say nothing of the others
        summary = document.get("summary", {})
        worst: State = "ok"
        text = self.tr("audit: no warnings")
        for severity, state in (("critical", "bad"), ("error", "bad"), ("warning", "warn")):
            if summary.get(severity):
                text, worst = count_text(severity, summary[severity]), state  # type: ignore[assignment]  # the tuple holds states only
                break
        self.tool_bar.show_findings(text, worst)

    def _keep_label(self, dialog: FileLabelDialog, path: str) -> None:
        self.context.settings.remember_label(path, dialog.name, dialog.color)
        self.tool_bar.show_database(self.session.database)
        self._show_title(self.session.database)

    def _show_title(self, database: OpenDatabase | None) -> None:
        if database is None:
            self.setWindowTitle("CTS Console")
        else:
            self.setWindowTitle(f"{self._name_of(database)} – {one_line(str(database.path))}")

    def _name_of(self, database: OpenDatabase) -> str:
        name, _color = self.context.settings.file_label(str(database.path))
        return one_line(name or short_path(database.path), 60)

    # What the window system tells

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the first file; its content decides, not its name."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.files.open_dropped(paths)

    def showEvent(self, event: QShowEvent) -> None:
        """Tell the tab in front that it is seen."""
        super().showEvent(event)
        self.tabs.set_active(self.session.database is not None)

    def hideEvent(self, event: QHideEvent) -> None:
        """Tell the tab in front that it is not seen any more."""
        super().hideEvent(event)
        self.tabs.set_active(active=False)

    def changeEvent(self, event: QEvent) -> None:
        """A minimised window draws nothing."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            seen = not self.isMinimized() and self.isVisible()
            self.tabs.set_active(seen and self.session.database is not None)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop every job and close once the threads have let go of the file."""
        self._remember()
        self.statements.set_database(None)
        for client in self._clients:
            client.begin_shutdown()
        for tab in self.tabs.tabs:
            tab.on_closing()
        if self.has_ended or all(client.shutdown(_PATIENCE_MS) for client in self._clients):
            self.has_ended = True
            self._ending.stop()
            event.accept()
            return
        # A job is at a place where it cannot be stopped: the window says so and stays alive.
        event.ignore()
        self._pages.setEnabled(False)
        self.messages.show_notice(
            self.tr("Closing as soon as the running work has come to a safe end …"), "warn"
        )
        self._ending.start()

    def _look_for_the_end(self) -> None:
        for client in self._clients:
            client.begin_shutdown()
        if all(client.has_ended for client in self._clients):
            self.has_ended = True
            self._ending.stop()
            self.close()

    # Making

    def _lay_out(self) -> None:
        self._pages = QStackedWidget()
        self._pages.addWidget(self.first_run)
        self._pages.addWidget(self.tabs)
        column = QWidget()
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (self.banner, self.tool_bar, self.messages):
            layout.addWidget(part)
        layout.addWidget(self._pages, 1)
        self.setCentralWidget(column)
        self.setStatusBar(self.status)
        self.setAcceptDrops(True)
        self.setMinimumSize(SMALLEST_SIZE)

    def _fill_menus(self) -> None:
        names = [tab.name for tab in self.tabs.tabs]
        self.actions_of.fill_file_menu(self._file_menu, self.recent)
        self.actions_of.fill_menu_bar(self.menuBar(), self.recent, names, self.tabs.go_to)

    def _connect(self) -> None:
        self.session.database_changed.connect(self._on_database)
        self.session.facts_changed.connect(self._on_facts)
        self.session.pulse_changed.connect(self.status.show_pulse)
        self.session.opening.connect(self._on_opening)
        self.session.failed.connect(self._on_open_failed)
        self.session.lost.connect(self._on_lost)
        self.session.unlocked.connect(self._on_unlocked)
        self.tool_bar.lock_wanted.connect(self._on_lock_wanted)
        self.banner.lock_wanted.connect(self.session.lock)
        self.recent.file_wanted.connect(self.open_path)
        self.first_run.file_wanted.connect(self.open_path)
        navigator = self.context.navigator
        navigator.tab_wanted.connect(self.tabs.go_to)
        navigator.error_raised.connect(self.messages.show_error)
        navigator.notice_raised.connect(self.messages.show_notice)
        navigator.warning_raised.connect(self.messages.show_warning)
        navigator.file_saved.connect(self.files.tell_saved)
        navigator.audit_finished.connect(self._on_audit_finished)
        for client in self._clients:
            client.failed.connect(self.messages.show_error)

    def _restore(self) -> None:
        settings = self.context.settings
        self.resize(DEFAULT_SIZE)
        self.restoreGeometry(settings.bytes("window/geometry"))
        self.tabs.go_to(settings.text("window/tab"))

    def _remember(self) -> None:
        settings, theme = self.context.settings, self.context.theme
        settings.remember("window/geometry", self.saveGeometry())
        settings.remember("window/theme", theme.mode)
        settings.remember("window/zoom", theme.zoom)
        settings.remember("window/zone", self.context.clock.zone)
        if self.tabs.current is not None:
            settings.remember("window/tab", self.tabs.current.name)
        settings.sync()
