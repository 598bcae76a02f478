"""Import as four short steps on one page; each answer of the file fills the steps after it.

Where the file is an exchange's trade history, Compare stands in the place of the last three.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from cts_console.errors import CtsError
from cts_console.progress import Progress
from cts_console.transfer import ImportRequest, ImportResult, ReadOptions
from cts_console.ui.bulk.check_card import CheckCard
from cts_console.ui.bulk.compare_look import FoundHistory
from cts_console.ui.bulk.compare_page import ComparePage
from cts_console.ui.bulk.file_card import FileCard
from cts_console.ui.bulk.import_jobs import ImportRun, check_work, import_work
from cts_console.ui.bulk.import_look import ImportLook, ImportOrder, look_work
from cts_console.ui.bulk.mapping_card import MappingCard
from cts_console.ui.bulk.run_card import RunCard
from cts_console.ui.bulk.taking_back import BatchUndoer
from cts_console.ui.bulk.words import BulkWords
from cts_console.ui.context import OpenDatabase, WindowContext
from cts_console.ui.text import one_line
from cts_console.ui.widgets.basics import SPACE, State
from cts_console.worker import Job, Ticket

_FOLDER_KEY: Final = "bulk/folder"


class ImportPage(QWidget):
    """Holds what was decided so far, and asks the threads."""

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._database: OpenDatabase | None = None
        self._order: ImportOrder | None = None
        self._look: ImportLook | None = None
        self._ticket: Ticket | None = None
        self.file_dialog: QFileDialog | None = None
        self.undoer = BatchUndoer(context, self)
        self.words = BulkWords(self)
        self.file = FileCard(context.theme)
        self.mapping = MappingCard(context.theme, self.words)
        self.checks = CheckCard(context.theme)
        self.run = RunCard(context.theme)
        self.compare = ComparePage(context)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3 * SPACE)
        for card in (self.file, self.compare, self.mapping, self.checks, self.run):
            layout.addWidget(card)
        layout.addStretch(1)
        self._connect()
        self._show()

    @property
    def is_running(self) -> bool:
        """Whether a dry run, an import or its taking back runs or waits, or Compare is at work."""
        return self._ticket is not None or self.undoer.is_running or self.compare.is_running

    @property
    def look(self) -> ImportLook | None:
        """What is known of the file; None while it is being looked at."""
        return self._look

    def set_database(self, database: OpenDatabase | None) -> None:
        """Go by another file, or the same one with or without leave to write."""
        before, self._database = self._database, database
        self.undoer.set_database(database)
        self.compare.set_database(database)
        if (before and before.path) != (database and database.path):
            for client in (self._context.browse, self._context.operations):
                client.withdraw(self)
            self._ticket = None
            if self.file_dialog is not None:
                self.file_dialog.reject()
            self.run.show_result("", "")
            self.run.overrule.hide()
            if self._order is not None:
                # Another database has other tables; the file is still the one that was chosen.
                self._order = replace(self._order, table="", mapping={}, constants={})
                self._ask_look()
        self._show()

    def start(self, file: Path) -> None:
        """Begin with `file`."""
        if self.is_running:
            return
        self._context.settings.remember(_FOLDER_KEY, str(file.parent))
        self.file.show_file(file)
        self.compare.show_history(None)
        self.run.show_result("", "")
        self._decide(ImportOrder(file))

    def refresh(self) -> None:
        """Look at the file again."""
        if self._order is not None and not self.is_running:
            self._ask_look()

    # Choosing

    def choose_file(self) -> None:
        """Ask for a file."""
        dialog = self._dialog(self.tr("Import a file"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setDirectory(self._context.settings.text(_FOLDER_KEY))
        dialog.fileSelected.connect(self._on_file)
        dialog.open()

    def choose_rejects(self) -> None:
        """Ask for the file of the refused rows."""
        path = self.checks.rejects_path
        if path is None:
            return
        dialog = self._dialog(self.tr("Refused rows"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        # Nothing is ever written over: the import itself refuses a name that is taken.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.setNameFilters([self.tr("CSV (*.csv)")])
        dialog.setDefaultSuffix("csv")
        dialog.setDirectory(str(path.parent))
        dialog.selectFile(path.name)
        dialog.fileSelected.connect(self._on_rejects)
        dialog.open()

    def _on_file(self, path: str) -> None:
        self.start(Path(path))

    def _on_rejects(self, path: str) -> None:
        self.checks.set_rejects_path(Path(path))

    def _on_options(self, options: ReadOptions) -> None:
        if self._order is not None:
            # Read in another way the columns may be others: decisions on them are void.
            self._decide(replace(self._order, options=options, mapping={}, constants={}))

    def _on_table(self, name: str) -> None:
        if self._order is not None:
            self._decide(replace(self._order, table=name, mapping={}, constants={}))

    def _on_plain(self, is_plain: bool) -> None:
        if self._order is not None:
            order = replace(self._order, table="", mapping={}, constants={})
            self._decide(replace(order, is_plain=is_plain))

    def _on_target(self, name: str, target: str) -> None:
        order, look = self._order, self._look
        if order is None or look is None:
            return
        mapping = {**order.mapping, name: target}
        # What filled the column until now gives way.
        for other, taken in look.pairs.items():
            if target and other != name and taken == target:
                mapping[other] = ""
        constants = {column: text for column, text in order.constants.items() if column != target}
        self._decide(replace(order, table=look.table, mapping=mapping, constants=constants))

    def _on_value(self, column: str, text: str | None) -> None:
        order, look = self._order, self._look
        if order is None or look is None:
            return
        constants = {name: value for name, value in order.constants.items() if name != column}
        if text is not None:
            constants[column] = text
        self._decide(replace(order, table=look.table, constants=constants))

    def _on_reset(self) -> None:
        if self._order is not None:
            self._decide(replace(self._order, mapping={}, constants={}))

    # Looking

    def _decide(self, order: ImportOrder) -> None:
        self._order = order
        self._ask_look()

    def _ask_look(self) -> None:
        if self._order is None or self._database is None:
            return
        self._look = None
        self.run.overrule.hide()
        self.run.overrule.setChecked(False)
        self.file.show_state(self.tr("looking …"), "info")
        job = Job(
            self.tr("Looking at a file"),
            partial(look_work, order=self._order),
            self._database.target(),
            quiet=True,
        )
        self._context.browse.submit(job, self, self._on_look, self._on_no_look, key="look")
        self._show()

    def _on_look(self, look: ImportLook | FoundHistory) -> None:
        if isinstance(look, FoundHistory):
            self._show_history(look)
            return
        self._look = look
        history = look.history
        told = "" if history is None else self.compare.words.recognised(history)
        self.file.show_preview(look.preview)
        self.file.show_history(told, is_plain=None if look.is_incomparable else True)
        self.compare.show_history(None)
        self.file.show_state(self.words.read(look), "ok")
        self.mapping.show_look(look)
        self.checks.show_look(look)
        self._show()

    def _show_history(self, history: FoundHistory) -> None:
        """Compare takes the place of the steps of a plain import."""
        told = self.compare.words.recognised(history)
        self.file.show_history(told, is_plain=False, has_parts=history.has_parts)
        self.file.show_state(self.tr("trade history"), "ok")
        self.compare.show_history(history)
        self._show()

    def _on_no_look(self, error: CtsError) -> None:
        self._look = None
        self.file.show_history("", is_plain=None)
        self.compare.show_history(None)
        self.mapping.show_look(None)
        self.checks.show_look(None)
        self.file.show_problem(self.words.error(error), asks_for_part=error.code == "usage")
        self._show()

    # Checking and running

    def check(self) -> None:
        """Say what the import would do."""
        request = self._request()
        if request is None or self._look is None or self._database is None:
            return
        self.checks.show_verdict(self.tr("Checking every row; Stop is in the status bar …"), "info")
        work = partial(check_work, path=self._database.path, look=self._look, request=request)
        self._submit(
            Job(self.tr("Dry run of an import"), work),
            partial(self._on_checked, request),
            self._on_check_failed,
        )

    def import_file(self) -> None:
        """Import the file as it is shown."""
        request = self._request()
        if request is None or self._look is None or not self.run.run_button.isEnabled():
            return
        assert self._database is not None, "the button is enabled"
        request = replace(request, overrule=self.run.overrule.isChecked())
        self.run.show_running()
        work = partial(
            import_work,
            path=self._database.path,
            look=self._look,
            request=request,
            backup=self.run.backup.isChecked(),
        )
        title = self.tr("Importing {0}").format(one_line(self._look.order.file.name, 60))
        self._submit(
            Job(title, work, releases_file=True),
            partial(self._on_imported, request),
            self._on_import_failed,
        )

    def _request(self) -> ImportRequest | None:
        if self._look is None or self._look.request is None or self.is_running:
            return None
        return self.checks.complete(self._look.request)

    def _submit(
        self, job: Job, done: Callable[[Any], None], failed: Callable[[CtsError], None]
    ) -> None:
        self._ticket = self._context.operations.submit(job, self, done, failed)
        self._show()

    def _on_progress(self, ticket: Ticket, progress: Progress) -> None:
        if ticket is self._ticket and ticket.job.releases_file:
            self.run.show_progress(progress)

    def _on_checked(self, request: ImportRequest, result: ImportResult) -> None:
        self._ticket = None
        is_known = bool(result.known_keys) and request.on_conflict == "abort"
        state: State = "ok"
        if result.rows_rejected or is_known:
            state = "bad" if request.rejects is None else "warn"
        text, notes = self.words.checked(result, request), self.words.notes_of(result)
        self.checks.show_verdict(text, state, notes)
        self._show()

    def _on_check_failed(self, error: CtsError) -> None:
        self._ticket = None
        state: State = "" if error.code == "cancelled" else "bad"
        self.checks.show_verdict(self.words.error(error), state)
        self._show()

    def _on_imported(self, request: ImportRequest, run: ImportRun) -> None:
        self._ticket = None
        self.run.overrule.hide()
        self.run.graph.finish(run.result.rows_per_s)
        rejected = run.result.rows_rejected
        self.run.show_result(
            self.words.done(run, request),
            "warn" if rejected else "ok",
            run,
            self.words.details(run),
        )
        self.run.show_state(self.tr("done"), "ok")
        # It was true of the table before.
        self.checks.show_verdict("", "")
        if rejected:
            self.checks.rejects_path = None
            self.checks.collect.setChecked(False)
        self._show()
        self._context.navigator.file_changed.emit()

    def _on_import_failed(self, error: CtsError) -> None:
        self._ticket = None
        is_stop = error.code == "cancelled"
        self.run.show_result(self.words.error(error), "" if is_stop else "bad")
        self.run.show_state(self.tr("stopped") if is_stop else self.tr("failed"), "warn")
        self.run.overrule.setVisible(self.words.is_refusal(error))
        self.run.overrule.setChecked(False)
        self._show()
        self._context.navigator.file_changed.emit()

    def _on_undone(self, left: int) -> None:
        told = self.tr("Taken back.")
        if left:
            told += self.tr(" {0} stayed because they were changed since.").format(
                self.words.rows(left)
            )
        self.run.show_result(told, "warn" if left else "ok")
        self._show()

    # Showing

    def _show(self) -> None:
        is_free = not self.is_running
        is_compared = self.compare.history is not None
        self.compare.setVisible(is_compared)
        for card in (self.mapping, self.checks, self.run):
            card.setVisible(not is_compared)
        self.file.content.setEnabled(is_free and self._database is not None)
        is_looked = self._look is not None
        self.mapping.content.setEnabled(is_free and is_looked)
        is_planned = self._look is not None and self._look.request is not None
        self.checks.content.setEnabled(is_free and is_planned)
        writable = self._database is not None and self._database.writable
        why = ""
        if not is_planned:
            why = self.tr("The steps before come first.")
        elif not writable:
            why = self.words.read_only()
        elif not self.run.overrule.isHidden() and not self.run.overrule.isChecked():
            why = self.words.others_wait()
        has_key = self.checks.conflict.currentData() != "update" or bool(self.checks.key.count())
        ready = is_free and is_planned and writable and has_key and not why
        self.run.show_ready(ready=ready, why="" if self.is_running else why)
        self.run.backup.setEnabled(is_free and is_planned and writable)
        self.run.undo_button.setEnabled(is_free and writable)

    def _on_checks_changed(self) -> None:
        if self.checks.destroys:
            self.run.backup.setChecked(True)
        self._show()

    def _connect(self) -> None:
        self.file.choose_wanted.connect(self.choose_file)
        self.file.options_changed.connect(self._on_options)
        self.file.plain_chosen.connect(self._on_plain)
        self.compare.changed.connect(self._show)
        self.mapping.table_chosen.connect(self._on_table)
        self.mapping.target_chosen.connect(self._on_target)
        self.mapping.value_typed.connect(self._on_value)
        self.mapping.reset_wanted.connect(self._on_reset)
        self.checks.check_wanted.connect(self.check)
        self.checks.changed.connect(self._on_checks_changed)
        self.checks.rejects_wanted.connect(self.choose_rejects)
        self.run.run_wanted.connect(self.import_file)
        self.run.undo_wanted.connect(self.undoer.ask)
        self.undoer.began.connect(self._show)
        self.undoer.done.connect(self._on_undone)
        self.undoer.failed.connect(self._show)
        self.run.overrule.toggled.connect(self._show)
        self._context.operations.progress_changed.connect(self._on_progress)

    def _dialog(self, title: str) -> QFileDialog:
        self.file_dialog = QFileDialog(self, title)
        self.file_dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.file_dialog.finished.connect(self._on_dialog_closed)
        return self.file_dialog

    def _on_dialog_closed(self) -> None:
        self.file_dialog = None
