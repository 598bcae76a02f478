"""What was written in bulk before, how fast, and which batches can be finished or taken back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cts_console.bulk import BatchInfo
from cts_console.errors import CtsError
from cts_console.ui.bulk.history_jobs import MOST_RUNS, BulkHistory, history_work, resume_work
from cts_console.ui.bulk.history_models import BatchesModel, RunsModel
from cts_console.ui.bulk.parts import SmallTable, StepCard
from cts_console.ui.bulk.taking_back import BatchUndoer
from cts_console.ui.bulk.words import BulkWords
from cts_console.ui.context import OpenDatabase, WindowContext
from cts_console.ui.widgets.basics import SPACE, WrappedLabel, button, set_state
from cts_console.worker import Job


class HistoryPage(QWidget):
    """Read each time the page is shown."""

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._database: OpenDatabase | None = None
        self._is_busy = False
        self.undoer = BatchUndoer(context, self)
        self.words = BulkWords(self)
        theme = context.theme
        self.runs = RunsModel(theme, context.clock, self)
        self.batches = BatchesModel(context.clock, self)
        self.runs_view = self._table(self.runs, self.tr("Runs"), 16)
        self.batches_view = self._table(self.batches, self.tr("Batches"), 8)
        self.runs_note = WrappedLabel("muted")
        self.batches_note = WrappedLabel("muted")
        self.resume_button = button(
            theme,
            self.tr("Resume"),
            "mdi6.play",
            self.resume,
            tip=self.tr("Bring the rest of the batch over"),
        )
        self.undo_button = button(
            theme, self.tr("Take it back…"), "mdi6.undo-variant", self.ask_undo
        )
        self.runs_view.set_widths((210, 100, 160, 110, 90, 90, 90))
        self.batches_view.set_widths((210, 130, 100, 160, 150))
        self._lay_out()
        self.batches_view.selectionModel().selectionChanged.connect(self._show_buttons)
        self.batches.modelReset.connect(self._show_buttons)
        self.undoer.began.connect(self._show_buttons)
        self.undoer.done.connect(self.refresh)
        self.undoer.failed.connect(self.refresh)
        self._show_buttons()

    @property
    def batch(self) -> BatchInfo | None:
        """The selected batch."""
        rows = self.batches_view.selectionModel().selectedRows()
        return self.batches.item(rows[0].row()) if rows else None

    def set_database(self, database: OpenDatabase | None) -> None:
        """Go by another file, or the same one with or without leave to write."""
        before, self._database = self._database, database
        self.undoer.set_database(database)
        if (before and before.path) != (database and database.path):
            self._context.browse.withdraw(self)
            self._context.operations.withdraw(self)
            self._is_busy = False
            self._show_history(BulkHistory((), is_cut=False, batches=()))
        self._show_buttons()

    def refresh(self) -> None:
        """Read everything again."""
        if self._database is None:
            return
        job = Job(self.tr("Reading the history"), history_work, self._database.target(), quiet=True)
        self._context.browse.submit(job, self, self._show_history, self._on_failed, key="history")

    def resume(self) -> None:
        """Finish the selected batch."""
        batch = self.batch
        if batch is None or self._database is None or not self.resume_button.isEnabled():
            return
        work = partial(resume_work, path=self._database.path, info=batch)
        self._submit(self.tr("Finishing a batch"), work)

    def ask_undo(self) -> None:
        """Ask whether the selected batch is to be taken back."""
        if self.batch is not None and self.undo_button.isEnabled():
            self.undoer.ask(self.batch.id)

    def _submit(self, title: str, work: Callable[..., Any]) -> None:
        self._is_busy = True
        self._show_buttons()
        self._context.operations.submit(
            Job(title, work, releases_file=True), self, self._on_done, self._on_work_failed
        )

    def _on_done(self, _count: int) -> None:
        self._is_busy = False
        self.refresh()
        self._context.navigator.file_changed.emit()

    def _on_work_failed(self, error: CtsError) -> None:
        self._is_busy = False
        self._context.navigator.error_raised.emit(error)
        self.refresh()
        self._context.navigator.file_changed.emit()

    def _on_failed(self, error: CtsError) -> None:
        if error.code != "cancelled":
            self._context.navigator.error_raised.emit(error)

    def _show_history(self, history: BulkHistory) -> None:
        self.runs.set_runs(history.runs or ())
        self.batches.set_batches(history.batches)
        if history.runs is None:
            note = self.tr(
                "This file has no table batch_processor_stats as the CTS migrations make it, so "
                "runs are not recorded."
            )
        elif not history.runs:
            note = self.tr("Nothing was written in bulk yet.")
        elif history.is_cut:
            note = self.tr("The newest {0} runs.").format(f"{MOST_RUNS:,}")
        else:
            note = self.tr("Recorded by the file itself, by every program that does.")
        self.runs_note.setText(note)
        self.runs_view.setVisible(bool(history.runs))
        self.batches_view.setVisible(bool(history.batches))
        if history.problem is not None:
            told = self.words.error(history.problem)
        elif history.batches:
            told = self.tr(
                "What came beside others, in slices, and every import of missing trades: it can be "
                "finished after a crash, and taken back as a whole for 30 days."
            )
        else:
            told = self.tr(
                "No batch is kept of this file: imports of missing trades make them, and what is "
                "written beside other programs."
            )
        self.batches_note.setText(told)
        set_state(self.batches_note, "" if history.problem is None else "bad")
        self._show_buttons()

    def _show_buttons(self) -> None:
        batch = self.batch
        writable = self._database is not None and self._database.writable
        is_busy = self._is_busy or self.undoer.is_running
        is_free = batch is not None and writable and not is_busy and not batch.is_running
        self.resume_button.setEnabled(is_free and batch is not None and batch.state == "coming")
        self.undo_button.setEnabled(
            is_free and batch is not None and batch.state in ("coming", "done")
        )
        for made in (self.resume_button, self.undo_button):
            made.setVisible(bool(self.batches.rowCount()))
        if batch is not None and not writable:
            self.undo_button.setToolTip(self.tr("Unlock writing in the tool bar first"))
        else:
            self.undo_button.setToolTip("")

    def _table(self, model: RunsModel | BatchesModel, name: str, most_rows: int) -> SmallTable:
        view = SmallTable(self._context.theme, model, name, most_rows=most_rows)
        view.setSortingEnabled(True)
        view.horizontalHeader().setSortIndicator(0, Qt.SortOrder.DescendingOrder)
        return view

    def _lay_out(self) -> None:
        runs = StepCard(0, self.tr("Runs"))
        for part in (self.runs_note, self.runs_view):
            runs.inside.addWidget(part)
        batches = StepCard(0, self.tr("Batches"))
        for each in (self.batches_note, self.batches_view):
            batches.inside.addWidget(each)
        row = QHBoxLayout()
        row.setSpacing(2 * SPACE)
        row.addWidget(self.resume_button)
        row.addWidget(self.undo_button)
        row.addStretch(1)
        batches.inside.addLayout(row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(runs)
        layout.addWidget(batches)
        layout.addStretch(1)
