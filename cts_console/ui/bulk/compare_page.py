"""Compare an exchange's trade history with the database, and import what is missing.

It stands in the place of the plain import's steps where the chosen file is such a history.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cts_console.errors import CtsError
from cts_console.progress import Progress
from cts_console.ui.bulk.compare_cards import AccountCard, DifferencesCard
from cts_console.ui.bulk.compare_jobs import (
    Compared,
    MissingRun,
    compare_work,
    import_missing_work,
    rehearse_work,
)
from cts_console.ui.bulk.compare_look import FoundHistory
from cts_console.ui.bulk.compare_words import CompareWords
from cts_console.ui.bulk.confirm_dialog import ConfirmDialog
from cts_console.ui.bulk.missing_cards import MissingCard, RehearsalCard
from cts_console.ui.bulk.parts import StepCard
from cts_console.ui.bulk.taking_back import BatchUndoer
from cts_console.ui.bulk.words import BulkWords
from cts_console.ui.context import OpenDatabase, WindowContext
from cts_console.ui.text import one_line
from cts_console.ui.widgets.basics import SPACE
from cts_console.worker import Job, Ticket


class ComparePage(QWidget):
    """Nothing is imported that was not compared and rehearsed as it is shown."""

    changed = Signal()
    """A job of this page began or ended."""

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._database: OpenDatabase | None = None
        self._history: FoundHistory | None = None
        self._rehearsed: MissingRun | None = None
        self._ticket: Ticket | None = None
        self._working: StepCard | None = None
        self.question: ConfirmDialog | None = None
        self.undoer = BatchUndoer(context, self)
        self.words = CompareWords(context.clock, self)
        self._bulk_words = BulkWords(self)
        theme = context.theme
        self.account = AccountCard(theme, self.words)
        self.differences = DifferencesCard(context, self.words)
        self.rehearsal = RehearsalCard(theme, self.words)
        self.missing = MissingCard(theme, self.words)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3 * SPACE)
        for card in (self.account, self.differences, self.rehearsal, self.missing):
            layout.addWidget(card)
        self._connect()
        self._forget()
        self._show()

    @property
    def is_running(self) -> bool:
        """Whether a job of this page runs or waits."""
        return self._ticket is not None or self.undoer.is_running

    @property
    def history(self) -> FoundHistory | None:
        """The file that is shown; None where it is no history, or is taken as a plain file."""
        return self._history

    @property
    def compared(self) -> Compared | None:
        """What both sides tell; None where that is not known for what is shown."""
        return self.differences.compared

    def set_database(self, database: OpenDatabase | None) -> None:
        """Go by another file, or the same one with or without leave to write."""
        before, self._database = self._database, database
        self.undoer.set_database(database)
        if (before and before.path) != (database and database.path):
            self._context.operations.withdraw(self)
            self._ticket = None
            if self.question is not None:
                self.question.reject()
            self.show_history(None)
        self._show()

    def show_history(self, history: FoundHistory | None) -> None:
        """Go by another history; the same one, looked at again, keeps what is known of it."""
        if history == self._history:
            return
        self._history = history
        if self.question is not None:
            self.question.reject()
        self.missing.show_result("", "")
        self._forget()
        if history is not None:
            self.account.show_history(history, self._problem(history))
            self.account.show_state("")
        self._show()

    def _problem(self, history: FoundHistory) -> str:
        if history.problem is not None:
            return self._bulk_words.error(history.problem)
        return "" if history.accounts else self.words.no_account(history)

    def _forget(self) -> None:
        """What was compared holds no longer."""
        self.differences.show_compared(None)
        self._forget_rehearsal()
        self.rehearsal.show_state(self.tr("once the file is compared"))

    def _forget_rehearsal(self) -> None:
        self._rehearsed = None
        self.rehearsal.show_run(None)
        self.missing.overrule.setChecked(False)

    def _on_account(self) -> None:
        self.account.show_state("")
        self.account.show_problem("", "")
        self.missing.show_result("", "")
        self._forget()
        self._show()

    # Comparing

    def compare(self) -> None:
        """Compare the file with the trades of the chosen connection."""
        work = self._work(compare_work)
        if work is None:
            return
        self._forget()
        self._submit(
            self.account,
            Job(self.tr("Comparing trades"), work),
            self._on_compared,
            self._on_not_compared,
        )

    def _on_compared(self, compared: Compared) -> None:
        self._end()
        self.account.show_state(self.tr("compared"), "ok")
        self.account.show_problem("", "")
        self.differences.show_compared(compared)
        if compared.counts["only_in_file"]:
            self.rehearsal.show_state("")
        else:
            self.rehearsal.show_state(self.tr("nothing is missing"), "ok")
        self._show()

    def _on_not_compared(self, error: CtsError) -> None:
        self._end()
        is_stop = error.code == "cancelled"
        self.account.show_state(self.tr("stopped") if is_stop else self.tr("failed"), "warn")
        self.account.show_problem(self._bulk_words.error(error), "" if is_stop else "bad")
        self._show()

    # Rehearsing

    def rehearse(self) -> None:
        """Import what is missing into a private copy, and audit that."""
        work = self._work(rehearse_work)
        if work is None or self.compared is None:
            return
        self._forget_rehearsal()
        self._submit(
            self.rehearsal,
            Job(self.tr("Rehearsing an import"), work),
            self._on_rehearsed,
            self._on_not_rehearsed,
        )

    def _on_rehearsed(self, run: MissingRun) -> None:
        self._end()
        self._show_rehearsed(run)

    def _show_rehearsed(self, run: MissingRun) -> None:
        self.differences.show_compared(run.compared)
        self.rehearsal.show_run(run)
        self._rehearsed = run
        self._show()

    def _on_not_rehearsed(self, error: CtsError) -> None:
        self._end()
        is_stop = error.code == "cancelled"
        word = self.tr("stopped") if is_stop else self.tr("failed")
        self.rehearsal.show_problem(self._bulk_words.error(error), word, "" if is_stop else "bad")
        self._show()

    # Importing

    def ask_import(self) -> None:
        """Ask whether what is missing is to be imported."""
        run, database = self._rehearsed, self._database
        if run is None or database is None or not self.missing.import_button.isEnabled():
            return
        count = self.words.trades(run.result.written.trades)
        overrules = run.result.state == "stopped"
        self.question = ConfirmDialog(
            self._context.theme,
            self.tr("Import what is missing"),
            self.words.question(run, database.path.name, overrules=overrules),
            self.tr("Import {0}").format(count),
            self,
        )
        self.question.accepted.connect(partial(self._import, run))
        self.question.finished.connect(self._on_answered)
        self.question.open()

    def _on_answered(self) -> None:
        self.question = None

    def _import(self, run: MissingRun) -> None:
        # While it was asked, another file may have been opened, or this one locked.
        if run is not self._rehearsed or self._why_not():
            return
        work = self._work(
            import_missing_work,
            backup=self.missing.backup.isChecked(),
            overrule=run.result.state == "stopped",
        )
        if work is None:
            return
        self.missing.show_result("", "")
        title = self.tr("Importing {0}").format(one_line(run.compared.history.file.name, 60))
        self._submit(
            self.missing,
            Job(title, work, releases_file=True),
            self._on_imported,
            self._on_not_imported,
        )

    def _on_imported(self, run: MissingRun) -> None:
        self._end()
        self.missing.show_run(run)
        if run.result.state == "stopped":
            # The audit finds more than at the rehearsal: that is what is to be decided on now.
            self.missing.overrule.setChecked(False)
            self._show_rehearsed(run)
            return
        # The database is another one by now: what is shown is read again.
        self.compare()
        self._context.navigator.file_changed.emit()

    def _on_not_imported(self, error: CtsError) -> None:
        self._end()
        is_stop = error.code == "cancelled"
        self.missing.show_result(self._bulk_words.error(error), "" if is_stop else "bad")
        self.missing.show_state(self.tr("stopped") if is_stop else self.tr("failed"), "warn")
        self._show()
        self._context.navigator.file_changed.emit()

    def _on_undone(self, left: int) -> None:
        told = self.tr("Taken back.")
        if left:
            told += self.tr(" {0} stayed because they were changed since.").format(
                self._bulk_words.rows(left)
            )
        self.missing.show_result(told, "warn" if left else "ok")
        self.changed.emit()
        self.compare()

    # Jobs

    def _work(self, work: Callable[..., Any], **more: object) -> Callable[..., Any] | None:
        """Return the job's function with what is chosen; None where nothing can be begun."""
        account = self.account.chosen
        if self._database is None or self._history is None or account is None or self.is_running:
            return None
        return partial(
            work, path=self._database.path, history=self._history, account=account, **more
        )

    def _submit(
        self,
        card: StepCard,
        job: Job,
        done: Callable[[Any], None],
        failed: Callable[[CtsError], None],
    ) -> None:
        self._working = card
        card.show_state(self.tr("running; Stop is in the status bar"), "info")
        self._ticket = self._context.operations.submit(job, self, done, failed)
        self._show()
        self.changed.emit()

    def _end(self) -> None:
        self._ticket = None
        self._working = None
        self.changed.emit()

    def _on_progress(self, ticket: Ticket, progress: Progress) -> None:
        if ticket is self._ticket and self._working is not None:
            self._working.show_state(self.words.progress(progress), "info")

    # Showing

    def _show(self) -> None:
        is_free = not self.is_running and self._database is not None
        compared = self.compared
        self.account.show_ready(
            is_free=is_free and self._history is not None, is_compared=compared is not None
        )
        has_missing = compared is not None and bool(compared.counts["only_in_file"])
        self.rehearsal.content.setVisible(has_missing)
        self.rehearsal.rehearse_button.setEnabled(is_free and has_missing)
        why = self._why_not()
        self.missing.show_ready(ready=is_free and not why, why="" if self.is_running else why)
        is_stopped = self._rehearsed is not None and self._rehearsed.result.state == "stopped"
        self.missing.overrule.setVisible(is_stopped)
        self.missing.undo_button.setEnabled(is_free and self._is_writable)

    @property
    def _is_writable(self) -> bool:
        return self._database is not None and self._database.writable

    def _why_not(self) -> str:
        """Return why nothing can be imported now; "" where it can."""
        compared, run = self.compared, self._rehearsed
        if compared is None:
            return self.tr("The steps before come first.")
        if not compared.counts["only_in_file"]:
            return self.tr("Nothing is missing in the database.")
        if run is None:
            return self.tr("Rehearse it first.")
        if not run.result.written.trades:
            return self.tr("Nothing of it can be imported.")
        if not self._is_writable:
            return self._bulk_words.read_only()
        if run.result.state == "stopped" and not self.missing.overrule.isChecked():
            return self.words.stopped(run.result)
        return ""

    def _connect(self) -> None:
        self.account.compare_wanted.connect(self.compare)
        self.account.changed.connect(self._on_account)
        self.rehearsal.rehearse_wanted.connect(self.rehearse)
        self.missing.import_wanted.connect(self.ask_import)
        self.missing.undo_wanted.connect(self.undoer.ask)
        self.missing.overrule.toggled.connect(self._show)
        self.undoer.began.connect(self._tell)
        self.undoer.done.connect(self._on_undone)
        self.undoer.failed.connect(self._tell)
        self._context.operations.progress_changed.connect(self._on_progress)

    def _tell(self) -> None:
        self._show()
        self.changed.emit()
