"""Step 1 of a change: which table, which columns get which values, under which condition."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from cts_console.schema.secret_names import NOT_SHOWN, looks_secret
from cts_console.ui.bulk.change_jobs import ChangeOrder
from cts_console.ui.bulk.import_look import TableChoice
from cts_console.ui.bulk.parameters import read_parameters
from cts_console.ui.bulk.parts import ChoiceBox, SmallTable, StepCard
from cts_console.ui.bulk.small_models import ValueLine, ValuesModel
from cts_console.ui.text import one_line
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, button, plain_label

_TABLE_PX: Final = 220


class ChangeForm(StepCard):
    """Holds what is typed; it knows no file."""

    edited = Signal()
    """What was counted before holds no longer."""
    count_wanted = Signal()
    """The rows are to be counted and shown."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(1, parent=parent)
        self.set_title(self.tr("What and where"))
        self._theme = theme
        self._tables: tuple[TableChoice, ...] = ()
        self._typed: dict[str, str | None] = {}
        self.update_choice = QRadioButton(self.tr("Set columns"))
        self.delete_choice = QRadioButton(self.tr("Delete rows"))
        self.update_choice.setChecked(True)
        group = QButtonGroup(self)
        group.addButton(self.update_choice)
        group.addButton(self.delete_choice)
        self.table = ChoiceBox(self.tr("Table"))
        self.table.setMaxVisibleItems(20)
        self.values = ValuesModel(theme, self.tr("New value"), self, takes_null=True)
        self.values_view = SmallTable(
            theme, self.values, self.tr("Columns to set: those that are ticked"), most_rows=7
        )
        self.where = self._line(self.tr("Condition"), "status = ? AND created_at < ?")
        self.parameters = self._line(
            self.tr("Parameters"), self.tr('as JSON: ["open", 1700000000000] or {"status": "open"}')
        )
        self.count_button = button(
            theme,
            self.tr("Count and preview"),
            "mdi6.counter",
            self.count_wanted.emit,
            tip=self.tr("Count the rows and show the first of them; nothing is changed"),
        )
        self._lay_out()
        self._connect()
        self._show()

    @property
    def is_delete(self) -> bool:
        """Whether rows are to be deleted."""
        return self.delete_choice.isChecked()

    def order(self) -> ChangeOrder:
        """Return what is asked for. Raises `CtsError("usage")` for parameters that are none."""
        return ChangeOrder(
            "delete" if self.is_delete else "update",
            self.table.currentData() or "",
            () if self.is_delete else tuple(self._typed.items()),
            self.where.text(),
            read_parameters(self.parameters.text()),
        )

    def choose(self, table: str) -> None:
        """Choose a table."""
        self.table.choose(table)
        self._on_table()

    def clear(self) -> None:
        """Forget everything: another file is open."""
        self.where.clear()
        self.parameters.clear()
        self.show_tables(())
        self._on_table()

    def show_tables(self, tables: tuple[TableChoice, ...]) -> None:
        """Offer these tables; what is typed stays where its table does."""
        if tables == self._tables:
            return
        chosen = self.table.currentData()
        self._tables = tables
        self.table.clear()
        if tables:
            self.table.addItem(self.tr("Choose a table"), "")
        for table in tables:
            self.table.addItem(one_line(table.name, 80), table.name)
        self.table.choose(chosen)
        if self.table.currentData() != chosen:
            self._typed.clear()
        self._tell()

    def _on_table(self) -> None:
        self._typed.clear()
        self._tell()

    def _on_value(self, name: str, text: str | None) -> None:
        self._typed.pop(name, None)
        if text is not None:
            self._typed[name] = text
        self._tell()

    def _on_null(self, name: str, is_null: bool) -> None:
        self._typed.pop(name, None)
        if is_null:
            self._typed[name] = None
        self._tell()

    def _tell(self) -> None:
        self._show()
        self.edited.emit()

    def _show(self) -> None:
        name = self.table.currentData()
        table = next((each for each in self._tables if each.name == name), None)
        self.values.show_lines(
            [self._value_line(*column) for column in (table.columns if table else ())]
        )
        self._values_part.setVisible(not self.is_delete and table is not None)
        self.count_button.setEnabled(table is not None)

    def _value_line(self, name: str, type_: str, _needed: bool) -> ValueLine:
        text = self._typed.get(name)
        shown = NOT_SHOWN if text and looks_secret(name) else text
        return ValueLine(name, type_, "", shown, is_null=name in self._typed and text is None)

    def _connect(self) -> None:
        self.table.activated.connect(self._on_table)
        self.update_choice.toggled.connect(self._tell)
        self.values.value_typed.connect(self._on_value)
        self.values.null_chosen.connect(self._on_null)
        for line in (self.where, self.parameters):
            line.textEdited.connect(self.edited)
            line.returnPressed.connect(self.count_wanted)

    def _line(self, name: str, example: str) -> QLineEdit:
        line = QLineEdit()
        line.setAccessibleName(name)
        line.setPlaceholderText(example)
        line.setProperty("mono", True)
        # A file that is dropped here is the window's.
        line.setAcceptDrops(False)
        return line

    def _lay_out(self) -> None:
        self.values_view.make_editable()
        self.values_view.set_widths((200, 110, 320))
        self.table.setMinimumWidth(self._theme.px(_TABLE_PX))
        head = QHBoxLayout()
        head.setSpacing(3 * SPACE)
        for part in (self.update_choice, self.delete_choice):
            head.addWidget(part)
        head.addWidget(plain_label(self.tr("in"), role="muted"))
        head.addWidget(self.table)
        head.addStretch(1)
        self.inside.addLayout(head)
        self._values_part = _titled(self.values_view)
        self.inside.addWidget(self._values_part)
        for line in (self.where, self.parameters):
            self.inside.addWidget(_titled(line))
        row = QHBoxLayout()
        row.addWidget(self.count_button)
        row.addStretch(1)
        self.inside.addLayout(row)


def _titled(widget: QWidget) -> QWidget:
    part = QWidget()
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(SPACE)
    column.addWidget(plain_label(widget.accessibleName(), role="muted"))
    column.addWidget(widget)
    return part
