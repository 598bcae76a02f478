"""The rows of a data view as a file: a dialog asks, a second one for the name, a job writes."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from cts_console.schema.browse_source import RowSource, plan_rows
from cts_console.sqlite import Connection
from cts_console.transfer.export import ExportRequest, ExportResult, run_export
from cts_console.transfer.selection import ShownRows
from cts_console.transfer.writing import FileFormat, WriteOptions
from cts_console.ui.context import WindowContext
from cts_console.ui.text import one_line
from cts_console.ui.widgets.table_export_dialog import ExportDialog
from cts_console.worker import Errand, Job

if TYPE_CHECKING:
    from cts_console.ui.widgets.data_view import DataView

_NOT_IN_NAMES: Final = re.compile(r"[^\w.-]+")
_LONGEST_NAME: Final = 60


class RowsExporter(QObject):
    """Exports what a data view shows, or the whole table, in the operations thread."""

    def __init__(self, context: WindowContext, view: DataView, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._view = view
        self._parent = parent
        self.dialog: ExportDialog | None = None
        self.file_dialog: QFileDialog | None = None

    def ask(self) -> None:
        """Ask what is exported, and how."""
        source, path = shown_source(self._view), self._view.path
        table = self._view.table_shown
        if source is None or path is None or table is None:
            return
        whole = plan_rows(table)
        self.dialog = ExportDialog(
            self._context.theme, table.name, len(self._view.filters), self._parent
        )
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        # What is shown may be another table by the time the answer is there.
        self.dialog.accepted.connect(partial(self._on_accepted, path, source, whole))
        self.dialog.finished.connect(self._on_closed)
        self.dialog.open()

    def save(self, path: Path, request: ExportRequest, output: str) -> None:
        """Write what `request` asks for of the database at `path` to `output`."""
        work = partial(export_work, path=path, request=request, output=Path(output))
        self._context.operations.submit(
            Job(self.tr("Exporting"), work),
            self,
            self._on_saved,
            self._context.navigator.error_raised.emit,
        )

    def _on_accepted(self, path: Path, shown: RowSource, whole: RowSource) -> None:
        if self.dialog is None:
            return
        form = self.dialog.chosen
        protects = self.dialog.protects.isChecked() and self.dialog.protects.isEnabled()
        request = ExportRequest(
            ShownRows(shown if self.dialog.shown.isChecked() else whole),
            form.name,
            WriteOptions(protect_formulas=protects),
            reveal_secrets=self.dialog.reveals.isChecked(),
        )
        self._ask_name(path, request, form, shown.name)

    def _ask_name(self, path: Path, request: ExportRequest, form: FileFormat, table: str) -> None:
        self.file_dialog = QFileDialog(self._parent, self.tr("Export"))
        self.file_dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.file_dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        # Nothing is written over: a question would promise that it could be.
        self.file_dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        self.file_dialog.setNameFilters([f"{form.title} (*{form.endings[0]})"])
        self.file_dialog.setDefaultSuffix(form.endings[0].removeprefix("."))
        self.file_dialog.setDirectory(str(path.parent))
        name = _NOT_IN_NAMES.sub("_", table)[:_LONGEST_NAME].strip(".") or "rows"
        self.file_dialog.selectFile(f"{path.stem}.{name}{form.endings[0]}")
        self.file_dialog.fileSelected.connect(partial(self.save, path, request))
        self.file_dialog.finished.connect(self._on_file_closed)
        self.file_dialog.open()

    def _on_saved(self, result: ExportResult) -> None:
        word = self.tr("row") if result.rows == 1 else self.tr("rows")
        said = self.tr("{0} {1} written.").format(f"{result.rows:,}", word)
        self._view.status.show_note(one_line(" ".join((said, *result.notes))))
        self._context.navigator.file_saved.emit(result.output)

    def _on_closed(self) -> None:
        self.dialog = None

    def _on_file_closed(self) -> None:
        self.file_dialog = None


def shown_source(view: DataView) -> RowSource | None:
    """Return what the view shows, its columns as they stand on the screen."""
    source = view.model.source
    if source is None or view.model.map is None:
        return None
    header = view.grid.horizontalHeader()
    order = [header.logicalIndex(visual) for visual in range(header.count())]
    return replace(source, columns=tuple(source.columns[column] for column in order))


def export_work(
    _connection: Connection | None,
    errand: Errand,
    *,
    path: Path,
    request: ExportRequest,
    output: Path,
) -> ExportResult:
    """Export, with the errand's progress and Stop."""
    return run_export(path, request, output, on_progress=errand.on_progress, cancel=errand.cancel)
