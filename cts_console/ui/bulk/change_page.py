"""Change or delete the rows that a condition chooses: counted and shown first, then applied."""

from __future__ import annotations

import json
from functools import partial
from typing import Final

from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from cts_console.errors import CtsError
from cts_console.sqlite import SqliteValue
from cts_console.ui.bulk.change_jobs import (
    ChangeLook,
    ChangeOrder,
    ChangeRun,
    Parameters,
    change_work,
    count_work,
    tables_work,
)
from cts_console.ui.bulk.confirm_dialog import ConfirmDialog
from cts_console.ui.bulk.import_look import TableChoice
from cts_console.ui.bulk.parts import ChoiceBox, SmallTable, StepCard
from cts_console.ui.bulk.small_models import RowsModel, ValueLine, ValuesModel
from cts_console.ui.bulk.words import LONGEST, BulkWords
from cts_console.ui.context import OpenDatabase, WindowContext
from cts_console.ui.text import duration_text, one_line
from cts_console.ui.widgets.basics import SPACE, State, WrappedLabel, button, plain_label, set_state
from cts_console.worker import Job

_TABLE_PX: Final = 220


class ChangePage(QWidget):
    """Whatever is edited makes the count void, and nothing is applied that was not counted."""

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._database: OpenDatabase | None = None
        self._tables: tuple[TableChoice, ...] = ()
        self._typed: dict[str, str | None] = {}
        self._look: ChangeLook | None = None
        self._is_running = False
        self.question: ConfirmDialog | None = None
        self.words = BulkWords(self)
        theme = context.theme
        self.update_choice = QRadioButton(self.tr("Set columns"))
        self.delete_choice = QRadioButton(self.tr("Delete rows"))
        self.update_choice.setChecked(True)
        group = QButtonGroup(self)
        group.addButton(self.update_choice)
        group.addButton(self.delete_choice)
        self.table = ChoiceBox(self.tr("Table"))
        self.table.setMaxVisibleItems(20)
        self.values = ValuesModel(theme, self.tr("New value"), self, takes_null=True)
        self.values_view = SmallTable(theme, self.values, self.tr("Columns to set"), most_rows=7)
        self.where = self._line(self.tr("Condition"), "status = ? AND created_at < ?")
        self.parameters = self._line(
            self.tr("Parameters"), self.tr('as JSON: ["open", 1700000000000] or {"status": "open"}')
        )
        self.count_button = button(
            theme,
            self.tr("Count and preview"),
            "mdi6.counter",
            self.count,
            tip=self.tr("Count the rows and show the first of them; nothing is changed"),
        )
        self.told = WrappedLabel()
        self.rows = RowsModel(theme, self)
        self.rows_view = SmallTable(theme, self.rows, self.tr("First rows before and after"))
        self.backup = QCheckBox(self.tr("Make a verified backup first"))
        self.backup.setChecked(True)
        self.overrule = QCheckBox(self.tr("Write all the same: others wait meanwhile"))
        self.overrule.hide()
        self.apply_button = button(theme, self.tr("Apply"), on_click=self.apply, primary=True)
        self.why = WrappedLabel("muted")
        self.result = WrappedLabel()
        self.choose_card = StepCard(1, self.tr("What and where"))
        self.look_card = StepCard(2, self.tr("Before and after"))
        self.apply_card = StepCard(3, self.tr("Apply"))
        self._lay_out()
        self._connect()
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
            self.where.clear()
            self.parameters.clear()
            self._show_tables(())
            self._on_edited()
        self._show()

    def refresh(self) -> None:
        """Read the tables again."""
        if self._database is None:
            return
        job = Job(self.tr("Reading the tables"), tables_work, self._database.target(), quiet=True)
        self._context.browse.submit(
            job, self, self._show_tables, self._context.navigator.error_raised.emit, key="tables"
        )

    # Choosing

    def order(self) -> ChangeOrder:
        """Return what is asked for. Raises `CtsError("usage")` for parameters that are none."""
        is_delete = self.delete_choice.isChecked()
        return ChangeOrder(
            "delete" if is_delete else "update",
            self.table.currentData() or "",
            () if is_delete else tuple(self._typed.items()),
            self.where.text(),
            read_parameters(self.parameters.text()),
        )

    def _on_value(self, name: str, text: str | None) -> None:
        if text is None:
            self._typed.pop(name, None)
        else:
            self._typed[name] = text
        self._on_edited()

    def _on_null(self, name: str, is_null: bool) -> None:
        self._typed.pop(name, None)
        if is_null:
            self._typed[name] = None
        self._on_edited()

    def _on_table(self) -> None:
        self._typed.clear()
        self._on_edited()

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
        try:
            order = self.order()
        except CtsError as error:
            self._on_not_counted(error)
            return
        self.result.hide()
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
        self.question = ConfirmDialog(
            self._context.theme,
            self.tr("Delete rows"),
            self.tr("Delete {0} of {1}?").format(
                self.words.rows(look.count), one_line(look.order.table)
            ),
            self.tr("Delete {0}").format(self.words.rows(look.count)),
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
        text = self.words.error(error)
        if error.code == "constraint" and self._look is not None and self._look.triggers:
            text += self.tr(" A trigger may guard the table: {0}.").format(
                one_line(", ".join(self._look.triggers), LONGEST)
            )
        self._show_result(
            text, "" if is_stop else "bad", self.tr("stopped") if is_stop else self.tr("failed")
        )
        self.overrule.setVisible(error.code == "locked")
        self._show()
        self._context.navigator.file_changed.emit()

    def _show_result(self, text: str, state: State, word: str) -> None:
        self.result.setText(text)
        set_state(self.result, state)
        self.result.show()
        self.apply_card.show_state(word, "ok" if state == "ok" else "warn")

    # Showing

    def _show_tables(self, tables: tuple[TableChoice, ...]) -> None:
        if tables == self._tables:
            return
        chosen = self.table.currentData()
        self._tables = tables
        self.table.clear()
        for table in tables:
            self.table.addItem(one_line(table.name, 80), table.name)
        self.table.choose(chosen)
        if self.table.currentData() != chosen:
            self._typed.clear()
        self._on_edited()

    def _show(self) -> None:
        is_delete = self.delete_choice.isChecked()
        self._show_values()
        self._values_part.setVisible(not is_delete and bool(self._tables))
        is_free = not self._is_running and self._database is not None
        self.choose_card.content.setEnabled(is_free)
        self.rows_view.setVisible(bool(self.rows.rowCount()))
        self.told.setVisible(bool(self.told.text()))
        look = self._look
        writable = self._database is not None and self._database.writable
        why = ""
        if look is None:
            why = self.tr("Count the rows first.")
        elif not look.count:
            why = self.tr("No row is chosen.")
        elif not writable:
            why = self.tr(
                "The database is open read-only. Unlock it with the lock in the tool bar first."
            )
        elif self.overrule.isVisibleTo(self) and not self.overrule.isChecked():
            why = self.tr("Others would have to wait: tick that it is to be written all the same.")
        self.why.setText(why)
        self.why.setVisible(bool(why) and not self._is_running)
        self.apply_button.setEnabled(is_free and not why)
        self.backup.setEnabled(is_free and look is not None)
        told = self.tr("Apply")
        if look is not None:
            rows = self.words.rows(look.count)
            told = (self.tr("Delete {0}…") if is_delete else self.tr("Change {0}")).format(rows)
        self.apply_button.setText(told)

    def _show_values(self) -> None:
        name = self.table.currentData()
        table = next((each for each in self._tables if each.name == name), None)
        columns = table.columns if table is not None else ()
        self.values.show_lines(
            [
                ValueLine(
                    column,
                    type_,
                    "",
                    self._typed.get(column),
                    is_null=column in self._typed and self._typed[column] is None,
                )
                for column, type_, _needed in columns
            ]
        )

    def _connect(self) -> None:
        self.table.activated.connect(self._on_table)
        self.update_choice.toggled.connect(self._on_edited)
        self.values.value_typed.connect(self._on_value)
        self.values.null_chosen.connect(self._on_null)
        self.overrule.toggled.connect(self._show)
        for line in (self.where, self.parameters):
            line.textEdited.connect(self._on_edited)
            line.returnPressed.connect(self.count)

    def _line(self, name: str, example: str) -> QLineEdit:
        line = QLineEdit()
        line.setAccessibleName(name)
        line.setPlaceholderText(example)
        line.setProperty("mono", True)
        return line

    def _lay_out(self) -> None:
        triggers = QAbstractItemView.EditTrigger
        self.values_view.setEditTriggers(
            triggers.CurrentChanged
            | triggers.SelectedClicked
            | triggers.EditKeyPressed
            | triggers.AnyKeyPressed
            | triggers.DoubleClicked
        )
        self.values_view.set_widths((200, 110, 320))
        self.table.setMinimumWidth(self._context.theme.px(_TABLE_PX))
        head = QHBoxLayout()
        head.setSpacing(3 * SPACE)
        for part in (self.update_choice, self.delete_choice):
            head.addWidget(part)
        head.addWidget(plain_label(self.tr("in"), role="muted"))
        head.addWidget(self.table)
        head.addStretch(1)
        self.choose_card.inside.addLayout(head)
        self._values_part = self._titled(self.values_view)
        self.choose_card.inside.addWidget(self._values_part)
        for line in (self.where, self.parameters):
            self.choose_card.inside.addWidget(self._titled(line))
        row = QHBoxLayout()
        row.addWidget(self.count_button)
        row.addStretch(1)
        self.choose_card.inside.addLayout(row)
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
        for card in (self.choose_card, self.look_card, self.apply_card):
            layout.addWidget(card)
        layout.addStretch(1)

    def _titled(self, widget: QWidget) -> QWidget:
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(plain_label(widget.accessibleName(), role="muted"))
        column.addWidget(widget)
        return part


def read_parameters(text: str) -> Parameters:
    """Return the parameters of a condition, written as a JSON array or object.

    Raises `CtsError("usage")` for anything else, and for values that no column holds.
    """
    if not text.strip():
        return ()
    try:
        made = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _no_parameters(f"they are not JSON ({error})") from error
    if not isinstance(made, (list, dict)):
        raise _no_parameters("they are neither an array nor an object")
    return (
        {n: _value(v) for n, v in made.items()}
        if isinstance(made, dict)
        else list(map(_value, made))
    )


def _value(value: object) -> SqliteValue:
    if isinstance(value, bool):
        return int(value)
    if value is None or isinstance(value, (str, float)):
        return value
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return value
    raise _no_parameters(f"{str(value)[:60]} is no value of a column")


def _no_parameters(why: str) -> CtsError:
    return CtsError(
        "usage",
        "Not parameters",
        f"The parameters are not understood: {why}.",
        'Write them as JSON, for example ["open", 5].',
    )
