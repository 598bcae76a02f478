"""The report of the shown audit: a dialog asks where to save it, a job writes it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from cts_console.sqlite import Connection
from cts_console.ui.context import WindowContext
from cts_console.worker import Errand, Job

Document = dict[str, Any]


class ReportSaver(QObject):
    """Asks for a name and has the report written in the operations thread."""

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._parent = parent
        self.dialog: QFileDialog | None = None

    def choose(self, document: Document) -> None:
        """Ask where the report of `document` is to be saved; the ending says which kind it is."""
        database = Path(document["database"])
        moment = document["started_at"][:19].replace(":", "").replace("T", "-")
        self.dialog = QFileDialog(self._parent, self.tr("Save the report"))
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.dialog.setNameFilters(
            [self.tr("Web page (*.html)"), self.tr("PDF (*.pdf)"), self.tr("JSON (*.json)")]
        )
        self.dialog.setDefaultSuffix("html")
        self.dialog.filterSelected.connect(self._on_filter)
        self.dialog.setDirectory(str(database.parent))
        self.dialog.selectFile(f"{database.stem}.audit-{moment}Z.html")
        self.dialog.fileSelected.connect(partial(self.save, document))
        self.dialog.finished.connect(self._on_closed)
        self.dialog.open()

    def save(self, document: Document, path: str) -> None:
        """Write the report of `document` to `path`."""
        navigator = self._context.navigator
        self._context.operations.submit(
            Job(self.tr("Writing the report"), partial(_write, document=document, path=Path(path))),
            self,
            navigator.file_saved.emit,
            navigator.error_raised.emit,
        )

    def _on_filter(self, name_filter: str) -> None:
        if self.dialog is not None:
            suffix = name_filter.rpartition("*.")[2].rstrip(")")
            self.dialog.setDefaultSuffix(suffix)
            for path in map(Path, self.dialog.selectedFiles()):
                self.dialog.selectFile(path.with_suffix(f".{suffix}").name)

    def _on_closed(self) -> None:
        self.dialog = None


def _write(
    _connection: Connection | None, errand: Errand, *, document: Document, path: Path
) -> Path:
    # Templates and printing are loaded when somebody wants a report, not with the window.
    from cts_console.audit.report import report_kind, write_html_report, write_json_report
    from cts_console.printing import write_pdf_report

    errand.cancel.raise_if_cancelled()
    writers = {"html": write_html_report, "pdf": write_pdf_report, "json": write_json_report}
    return writers[report_kind(path)](document, path)
