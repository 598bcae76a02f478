"""The earlier audits of the open file: a dialog lists them, jobs compare with them or open one."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from cts_console.errors import CtsError
from cts_console.ui.audit.history_dialog import HistoryDialog
from cts_console.ui.audit.history_jobs import back_work, compare_work, end_work, open_work
from cts_console.ui.audit.job import ShownAudit
from cts_console.ui.audit.past_line import PastLine
from cts_console.ui.context import OpenDatabase, WindowContext
from cts_console.worker import Job


class AuditHistory(QObject):
    """Reads the console's own records only."""

    shown_asked = Signal(object)
    """Carries the `ShownAudit` to show; nobody but the tab need know of it."""

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._parent = parent
        self._path: Path | None = None
        self._shown: ShownAudit | None = None
        self.latest: ShownAudit | None = None
        """The audit to which the way leads back from an old one."""
        self.dialog: HistoryDialog | None = None
        self.line = PastLine(context.theme, context.clock)
        self.line.back_asked.connect(self.go_back)
        self.line.end_asked.connect(self.end_comparison)

    def set_database(self, database: OpenDatabase | None) -> None:
        """Another file is open, or none."""
        self._path = None if database is None else database.path
        self._context.browse.withdraw(self)
        self.latest = None
        if self.dialog is not None:
            self.dialog.reject()

    def show_audit(self, shown: ShownAudit | None) -> None:
        """Another audit is shown, or none: while one runs, what was asked of the others is over."""
        self._shown = shown
        if shown is None:
            self._context.browse.withdraw(self)
        elif not shown.is_old:
            self.latest = shown
        self.line.show_audit(shown)

    def choose(self) -> None:
        """List the earlier audits."""
        if self._path is not None:
            self.dialog = HistoryDialog(self._context, self._path, self._shown, self._parent)
            self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self.dialog.compare_asked.connect(self.compare)
            self.dialog.open_asked.connect(self.open_audit)
            self.dialog.finished.connect(self._on_closed)
            self.dialog.open()

    def compare(self, number: int) -> None:
        """Compare the shown audit with the one of this number."""
        if self._path is not None and self._shown is not None:
            work = partial(compare_work, path=self._path, shown=self._shown, number=number)
            self._submit(Job(self.tr("Comparing two audits"), work, quiet=True))

    def open_audit(self, number: int) -> None:
        """Show the audit of this number; the latest one is shown as such."""
        if self.latest is not None and self.latest.number == number:
            self.go_back()
        elif self._path is not None:
            work = partial(open_work, path=self._path, number=number)
            self._submit(Job(self.tr("Reading an earlier audit"), work, quiet=True))

    def end_comparison(self) -> None:
        """Show the audit by itself."""
        if self._shown is not None:
            work = partial(end_work, shown=self._shown)
            self._submit(Job(self.tr("Ending the comparison"), work, quiet=True))

    def go_back(self) -> None:
        """Show the latest audit again."""
        if self._path is not None and self.latest is not None:
            work = partial(back_work, path=self._path, latest=self.latest)
            self._submit(Job(self.tr("Reading the latest audit"), work, quiet=True))

    def _submit(self, job: Job) -> None:
        self._context.browse.submit(
            job, self, self.shown_asked.emit, self._on_failed, key="history"
        )

    def _on_failed(self, error: CtsError) -> None:
        if error.code != "cancelled":
            self._context.navigator.error_raised.emit(error)

    def _on_closed(self) -> None:
        self.dialog = None
