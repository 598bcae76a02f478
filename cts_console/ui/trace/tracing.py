"""Open traces: one dialog each, closed with the file that they are of."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from cts_console.sqlite import Connection
from cts_console.trace import Trace, TraceSubject, write_trace_csv
from cts_console.ui.context import OpenDatabase, WindowContext
from cts_console.ui.trace.dialog import TraceDialog
from cts_console.worker import Errand, Job

_LONGEST_NAME = 60


class Tracer(QObject):
    """Shows traces in dialogs beside the window, and saves them."""

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._parent = parent
        self._database: OpenDatabase | None = None
        self.dialogs: list[TraceDialog] = []
        self.file_dialog: QFileDialog | None = None

    def set_database(self, database: OpenDatabase | None) -> None:
        """Another file is open, or none: what is shown of the one before goes."""
        before = self._database
        self._database = database
        if before is not None and (database is None or database.path != before.path):
            for dialog in list(self.dialogs):
                dialog.close()

    def trace(self, subject: TraceSubject, note: str = "") -> None:
        """Show the trace of a position or an order; `note` says why it is this one."""
        if self._database is None:
            return
        dialog = TraceDialog(self._context, self._database, subject, note, self._parent)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.save_asked.connect(self.choose)
        dialog.finished.connect(partial(self._on_closed, dialog))
        self.dialogs.append(dialog)
        dialog.show()

    def choose(self, trace: Trace) -> None:
        """Ask where a trace is to be saved."""
        subject = trace.subject
        name = "".join(c if c.isalnum() else "-" for c in str(subject.id))[:_LONGEST_NAME]
        self.file_dialog = QFileDialog(self._parent, self.tr("Save the trace"))
        self.file_dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.file_dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.file_dialog.setNameFilter(self.tr("CSV (*.csv)"))
        self.file_dialog.setDefaultSuffix("csv")
        self.file_dialog.setDirectory(str(trace.database.parent))
        self.file_dialog.selectFile(f"{trace.database.stem}.{subject.kind}-{name}.csv")
        self.file_dialog.fileSelected.connect(partial(self.save, trace))
        self.file_dialog.finished.connect(self._on_chosen)
        self.file_dialog.open()

    def save(self, trace: Trace, path: str) -> None:
        """Write a trace into a new file."""
        navigator = self._context.navigator
        work = partial(_save, trace=trace, path=Path(path))
        self._context.operations.submit(
            Job(self.tr("Writing the trace"), work),
            self,
            navigator.file_saved.emit,
            navigator.error_raised.emit,
        )

    def _on_closed(self, dialog: TraceDialog, _result: int) -> None:
        self._context.browse.withdraw(dialog)
        self.dialogs.remove(dialog)

    def _on_chosen(self) -> None:
        self.file_dialog = None


def _save(_connection: Connection | None, errand: Errand, *, trace: Trace, path: Path) -> Path:
    errand.cancel.raise_if_cancelled()
    return write_trace_csv(trace, path)
