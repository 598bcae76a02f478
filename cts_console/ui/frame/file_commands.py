"""The commands on files that ask for a name first: open, create, back up, the demo, a drop."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from cts_console import paths
from cts_console.errors import CtsError
from cts_console.maintenance import BackupResult
from cts_console.ui.bulk.import_jobs import is_import_work
from cts_console.ui.context import WindowContext
from cts_console.ui.frame.facts import back_up, create_database, create_demo
from cts_console.ui.frame.message_bar import Message, MessageBar
from cts_console.ui.frame.session import FileSession
from cts_console.ui.text import duration_text, one_line, size_text
from cts_console.worker import Job

DEMO_NAME = "demo.db"


class FileCommands(QObject):
    """Asks for names without blocking the window and sends the work to the operations thread."""

    def __init__(
        self,
        context: WindowContext,
        session: FileSession,
        messages: MessageBar,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._context = context
        self._session = session
        self._messages = messages
        self._window = window

    def choose_file(self, *, writable: bool) -> None:
        """Ask for a file and open it."""
        title = self.tr("Open for writing") if writable else self.tr("Open read-only")
        dialog = self._dialog(title)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(partial(self._open, writable))
        dialog.open()

    def choose_new(self) -> None:
        """Ask for a name and create a database there."""
        dialog = self._dialog(self.tr("Create a CTS database"), save_as="trading.db")
        dialog.fileSelected.connect(self.create)
        dialog.open()

    def choose_backup(self) -> None:
        """Ask for a name and back up the open file there."""
        database = self._session.database
        if database is None:
            return
        moment = datetime.now(UTC).strftime("%Y%m%d-%H%M%SZ")
        name = f"{database.path.stem}.backup-{moment}.db"
        dialog = self._dialog(self.tr("Back up"), save_as=name)
        dialog.setDirectory(str(database.path.parent))
        dialog.selectFile(name)
        dialog.fileSelected.connect(self.back_up)
        dialog.open()

    def open_dropped(self, dropped: list[str]) -> None:
        """Take the first of these files: a database is opened, what holds rows is imported.

        Its content decides, which a job looks at.
        """
        if len(dropped) > 1:
            self._messages.show_notice(
                self.tr("The window shows one file: the first of {0} was taken.").format(
                    len(dropped)
                )
            )
        if dropped:
            self._context.browse.submit(
                Job(
                    self.tr("Looking at a file"),
                    partial(is_import_work, path=Path(dropped[0])),
                    quiet=True,
                ),
                self,
                partial(self._on_looked, dropped[0]),
                self._on_failed,
                key="drop",
            )

    def create(self, path: str) -> None:
        """Create a CTS database at `path` and open it for writing."""
        work = partial(create_database, path=Path(path))
        self._context.operations.submit(
            Job(self.tr("Creating the database"), work), self, self._open_made, self._on_failed
        )

    def open_demo(self) -> None:
        """Create the demo in the user's data folder where there is none, and open it."""
        work = partial(create_demo, path=paths.user_data_dir() / DEMO_NAME)
        self._context.operations.submit(
            Job(self.tr("Preparing the demo"), work, releases_file=True),
            self,
            self._open_made,
            self._on_failed,
        )

    def back_up(self, output: str) -> None:
        """Write a verified copy of the open file to `output`."""
        database = self._session.database
        if database is None:
            return
        work = partial(back_up, source=database.path, output=Path(output))
        self._context.operations.submit(
            Job(self.tr("Backing up"), work), self, self._on_backed_up, self._on_failed
        )

    def tell_saved(self, path: Path) -> None:
        """Say where a file was saved, and offer to open it with the desktop's program for it."""
        self._messages.show_message(
            Message(
                self.tr("Saved: {0}").format(one_line(str(path))),
                "ok",
                action_text=self.tr("Open"),
                action=partial(QDesktopServices.openUrl, QUrl.fromLocalFile(str(path))),
            )
        )

    def _on_looked(self, path: str, is_import: bool) -> None:
        if not is_import:
            self._session.open(path)
        elif self._session.database is not None:
            self._context.navigator.import_wanted.emit(Path(path))
        else:
            self._messages.show_error(
                CtsError(
                    "not_a_database",
                    self.tr("Not an SQLite database"),
                    self.tr("{0} is something to import into a database.").format(one_line(path)),
                    self.tr("Open the database first, then drop the file again."),
                )
            )

    def _open(self, writable: bool, path: str) -> None:
        self._session.open(path, writable=writable)

    def _open_made(self, path: Path) -> None:
        self._session.open(path, writable=True)

    def _on_backed_up(self, result: BackupResult) -> None:
        told = self.tr("{0} ({1}, {2}).").format(
            one_line(str(result.output)),
            size_text(result.size_bytes),
            duration_text(result.duration_ms),
        )
        if result.verified:
            self._messages.show_notice(self.tr("Backup verified: ") + told, "ok")
        else:
            self._messages.show_error(
                CtsError(
                    "damaged",
                    self.tr("The backup is a faithful copy of a damaged database"),
                    f"{told} {one_line('; '.join(result.integrity[:3]))}",
                    self.tr("Keep it, run a deep audit, and restore an older backup if need be."),
                )
            )

    def _on_failed(self, error: CtsError) -> None:
        if error.code == "cancelled":
            self._messages.show_notice(error.message)
        else:
            self._messages.show_error(error)

    def _dialog(self, title: str, *, save_as: str = "") -> QFileDialog:
        dialog = QFileDialog(self._window, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        recent = self._context.settings.recent_files()
        if recent:
            dialog.setDirectory(str(Path(recent[0]).parent))
        if save_as:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            # The work itself refuses a name that is taken, whoever takes it meanwhile.
            dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
            dialog.selectFile(save_as)
        return dialog
