"""Change or delete the rows that a condition chooses: counted and shown first, then applied."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from cts_console.errors import CtsError
from cts_console.ui.bulk.change_form import ChangeForm
from cts_console.ui.bulk.change_jobs import (
    ChangeLook,
    ChangeRun,
    change_work,
    count_work,
    tables_work,
)
from cts_console.ui.bulk.confirm_dialog import ConfirmDialog
from cts_console.ui.bulk.parts import SmallTable, StepCard
from cts_console.ui.bulk.small_models import RowsModel
from cts_console.ui.bulk.words import LONGEST, BulkWords
from cts_console.ui.context import OpenDatabase, WindowContext
from cts_console.ui.text import duration_text, one_line
from cts_console.ui.widgets.basics import SPACE, State, WrappedLabel, button, set_state
from cts_console.worker import Job


class ChangePage(QWidget):
    """Whatever is edited makes the count void, and nothing is applied that was not counted."""

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._database: OpenDatabase | None = None
        self._look: ChangeLook | None = None
        self._is_running = False
        self.question: ConfirmDialog | None = None
        self.words = BulkWords(self)
        theme = context.theme
        self.form = ChangeForm(theme)
        self.told = WrappedLabel()
        self.rows = RowsModel(theme, self)
        self.rows_view = SmallTable(
            theme, self.rows, self.tr("First rows before and after"), is_wide=True
        )
        self.backup = QCheckBox(self.tr("Make a verified backup first"))
        self.backup.setChecked(True)
        self.overrule = QCheckBox(self.tr("Write all the same: others wait meanwhile"))
        self.apply_button = button(theme, self.tr("Apply"), on_click=self.apply, primary=True)
        self.why = WrappedLabel("muted")
        self.result = WrappedLabel()
        self.look_card = StepCard(2, self.tr("Before and after"))
        self.apply_card = StepCard(3, self.tr("Apply"))
        self._lay_out()
        self.form.edited.connect(self._on_edited)
        self.form.count_wanted.connect(self.count)
        self.overrule.toggled.connect(self._show)
        self._on_edited()

    @property
    def is_running(self) -> bool:
        """Whether a count or a change of this page runs or waits."""
        return self._is_running

    @property
    def look(self) -> ChangeLook | None:
        """What was counted for what is shown; None where that was edited since."""
        return self._look

    def set_database(self, database: OpenDatabase | None) -> None:
        """Go by another file, or the same one with or without leave to write."""
        before, self._database = self._database, database
        if (before and before.path) != (database and database.path):
            for client in (self._context.browse, self._context.operations):
                client.withdraw(self)
            self._is_running = False
            if self.question is not None:
                self.question.reject()
            self.form.clear()
        self._show()

    def refresh(self) -> None:
        """Read the tables again."""
        if self._database is None:
            return
        job = Job(self.tr("Reading the tables"), tables_work, self._database.target(), quiet=True)
        self._context.browse.submit(
            job,
            self,
            self.form.show_tables,
            self._context.navigator.error_raised.emit,
            key="tables",
        )

    def _on_edited(self) -> None:
        """What was counted holds no longer."""
        self._look = None
        self.told.setText("")
        self.rows.show_rows((), ())
        self.result.hide()
        self.overrule.hide()
        self.overrule.setChecked(False)
        self.look_card.show_state("")
        self.apply_card.show_state("")
        self._show()

    # Counting

    def count(self) -> None:
        """Count the rows and show the first."""
        if self._database is None or self._is_running:
            return
        self._on_edited()
        try:
            order = self.form.order()
        except CtsError as error:
            self._on_not_counted(error)
            return
        self._is_running = True
        self.look_card.show_state(self.tr("counting; Stop is in the status bar"), "info")
        work = partial(count_work, path=self._database.path, order=order)
        job = Job(self.tr("Counting rows"), work)
        self._context.operations.submit(job, self, self._on_counted, self._on_not_counted)
        self._show()

    def _on_counted(self, look: ChangeLook) -> None:
        self._is_running = False
        self._look = look
        self.look_card.show_state(self.words.rows(look.count), "ok" if look.count else "warn")
        parts = [self.tr("The condition chooses {0}.").format(self.words.rows(look.count))]
        if look.triggers:
            told = self.tr("Triggers run with it, which may do more or refuse it: {0}.")
            parts.append(told.format(one_line(", ".join(look.triggers), LONGEST)))
        if 0 < len(look.rows) < look.count:
            parts.append(self.tr("The first {0} are shown.").format(len(look.rows)))
        self.told.setText(" ".join(parts))
        set_state(self.told, "")
        self.rows.show_rows(look.titles, look.rows, look.new)
        self.rows_view.fit_columns()
        self._show()

    def _on_not_counted(self, error: CtsError) -> None:
        self._is_running = False
        is_stop = error.code == "cancelled"
        self.look_card.show_state(self.tr("stopped") if is_stop else self.tr("failed"), "warn")
        self.told.setText(self.words.error(error))
        set_state(self.told, "" if is_stop else "bad")
        self._show()

    # Applying

    def apply(self) -> None:
        """Change the rows; a delete asks once more."""
        look = self._look
        if look is None or not self.apply_button.isEnabled():
            return
        if look.order.operation == "update":
            self._run(look)
            return
        rows = self.words.rows(look.count)
        self.question = ConfirmDialog(
            self._context.theme,
            self.tr("Delete rows"),
            self.tr("Delete {0} of {1}?").format(rows, one_line(look.order.table)),
            self.tr("Delete {0}").format(rows),
            self,
        )
        self.question.accepted.connect(partial(self._run, look))
        self.question.finished.connect(self._on_answered)
        self.question.open()

    def _on_answered(self) -> None:
        self.question = None

    def _run(self, look: ChangeLook) -> None:
        database = self._database
        if database is None or not database.writable or self._is_running or look is not self._look:
            return
        self._is_running = True
        self.result.hide()
        self.apply_card.show_state(self.tr("running; Stop is in the status bar"), "info")
        work = partial(
            change_work,
            path=database.path,
            look=look,
            backup=self.backup.isChecked(),
            overrule=self.overrule.isChecked(),
        )
        is_delete = look.order.operation == "delete"
        title = self.tr("Deleting rows") if is_delete else self.tr("Changing rows")
        self._context.operations.submit(
            Job(title, work, releases_file=True), self, self._on_changed, self._on_not_changed
        )
        self._show()

    def _on_changed(self, run: ChangeRun) -> None:
        self._is_running = False
        result = run.result
        done = self.tr("{0} deleted") if result.operation == "delete" else self.tr("{0} changed")
        told = self.tr("{0} in {1}.").format(
            done.format(self.words.rows(result.rows_written)),
            duration_text(result.duration_s * 1000),
        )
        if run.backup is not None:
            told += self.tr(" The backup is {0}.").format(one_line(str(run.backup), LONGEST))
        self._on_edited()
        self._show_result(told, "ok", self.tr("done"))
        self._context.navigator.file_changed.emit()

    def _on_not_changed(self, error: CtsError) -> None:
        self._is_running = False
        is_stop = error.code == "cancelled"
        if error.code == "constraint" and self._look is not None and self._look.triggers:
            # Whoever guards a table wants no other values but no change at all.
            told = self.tr("Triggers guard the table: {0}.")
            hint = told.format(one_line(", ".join(self._look.triggers), LONGEST))
            error = CtsError(error.code, error.title, error.message, hint)
        text = self.words.error(error)
        self._show_result(
            text, "" if is_stop else "bad", self.tr("stopped") if is_stop else self.tr("failed")
        )
        self.overrule.setVisible(self.words.is_refusal(error))
        self._show()
        self._context.navigator.file_changed.emit()

    def _show_result(self, text: str, state: State, word: str) -> None:
        self.result.setText(text)
        set_state(self.result, state)
        self.result.show()
        self.apply_card.show_state(word, "ok" if state == "ok" else "warn")

    # Showing

    def _show(self) -> None:
        is_free = not self._is_running and self._database is not None
        self.form.content.setEnabled(is_free)
        self.rows_view.setVisible(bool(self.rows.rowCount()))
        self.told.setVisible(bool(self.told.text()))
        why = self._why_not()
        self.why.setText(why)
        self.why.setVisible(bool(why) and not self._is_running)
        self.apply_button.setEnabled(is_free and not why)
        self.backup.setEnabled(is_free and self._look is not None)
        told = self.tr("Apply")
        if self._look is not None:
            rows = self.words.rows(self._look.count)
            is_delete = self._look.order.operation == "delete"
            told = (self.tr("Delete {0}…") if is_delete else self.tr("Change {0}")).format(rows)
        self.apply_button.setText(told)

    def _why_not(self) -> str:
        """Return why nothing can be applied now; "" where it can."""
        if self._look is None:
            return self.tr("Count the rows first.")
        if not self._look.count:
            return self.tr("No row is chosen.")
        if self._database is None or not self._database.writable:
            return self.words.read_only()
        if not self.overrule.isHidden() and not self.overrule.isChecked():
            return self.words.others_wait()
        return ""

    def _lay_out(self) -> None:
        for each in (self.told, self.rows_view):
            self.look_card.inside.addWidget(each)
        foot = QHBoxLayout()
        foot.setSpacing(3 * SPACE)
        for widget in (self.apply_button, self.backup, self.overrule):
            foot.addWidget(widget)
        foot.addStretch(1)
        self.apply_card.inside.addLayout(foot)
        self.apply_card.inside.addWidget(self.why)
        self.apply_card.inside.addWidget(self.result)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3 * SPACE)
        for card in (self.form, self.look_card, self.apply_card):
            layout.addWidget(card)
        layout.addStretch(1)
