"""Take a batch back: a dialog asks, a job does it. The import page and the history share this."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from cts_console.errors import CtsError
from cts_console.ui.bulk.confirm_dialog import ConfirmDialog
from cts_console.ui.bulk.import_jobs import undo_work
from cts_console.ui.context import OpenDatabase, WindowContext
from cts_console.worker import Job


class BatchUndoer(QObject):
    """Asks first; whoever shows the batch hears how it went."""

    began = Signal()
    """The batch is being taken back."""
    done = Signal(int)
    """Carries how many rows were left because somebody changed them since."""
    failed = Signal()
    """It was not taken back, or not all of it; the error is told already."""

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._parent = parent
        self._database: OpenDatabase | None = None
        self.is_running = False
        """Whether it is at work."""
        self.dialog: ConfirmDialog | None = None

    def set_database(self, database: OpenDatabase | None) -> None:
        """Another file is open, or none, or it is locked or unlocked."""
        before, self._database = self._database, database
        if (before and before.path) == (database and database.path):
            return
        self._context.operations.withdraw(self)
        self.is_running = False
        if self.dialog is not None:
            self.dialog.reject()

    def ask(self, name: str) -> None:
        """Ask whether the batch of this name is to be taken back."""
        if self._database is None or self.is_running:
            return
        self.dialog = ConfirmDialog(
            self._context.theme,
            self.tr("Take a batch back"),
            self.tr(
                "Batch {0} is taken back in short slices: the rows that it wrote go, and those "
                "that it changed become what they were. Rows that somebody changed since stay."
            ).format(name),
            self.tr("Take it back"),
            self._parent,
        )
        self.dialog.accepted.connect(partial(self._undo, self._database.path, name))
        self.dialog.finished.connect(self._on_closed)
        self.dialog.open()

    def _undo(self, path: Path, name: str) -> None:
        database = self._database
        if database is None or database.path != path or not database.writable:
            return
        self.is_running = True
        self._context.operations.submit(
            Job(
                self.tr("Taking a batch back"),
                partial(undo_work, path=path, name=name),
                releases_file=True,
            ),
            self,
            self._on_done,
            self._on_failed,
        )
        self.began.emit()

    def _on_done(self, left: int) -> None:
        self.is_running = False
        self.done.emit(left)
        self._context.navigator.file_changed.emit()

    def _on_failed(self, error: CtsError) -> None:
        self.is_running = False
        self.failed.emit()
        self._context.navigator.error_raised.emit(error)
        self._context.navigator.file_changed.emit()

    def _on_closed(self) -> None:
        self.dialog = None
