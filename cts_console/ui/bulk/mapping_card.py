"""Step 2 of an import: the table, and the way of each column into it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cts_console.schema.secret_names import NOT_SHOWN, looks_secret
from cts_console.ui.audit.even_grid import EvenGrid
from cts_console.ui.bulk.import_look import ImportLook
from cts_console.ui.bulk.parts import ChoiceBox, SmallTable, StepCard, TargetDelegate
from cts_console.ui.bulk.small_models import (
    RowsModel,
    ValueLine,
    ValuesModel,
    WayLine,
    WaysModel,
)
from cts_console.ui.bulk.words import BulkWords
from cts_console.ui.text import one_line
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, WrappedLabel, button, plain_label, set_state

_LEAST_PX: Final = 420
_TABLE_PX: Final = 220


class MappingCard(StepCard):
    """Shows the proposal, which a person changes in place."""

    table_chosen = Signal(str)
    """Carries the table."""
    target_chosen = Signal(str, str)
    """Carries a column of the file, and a column of the table or "" to leave it out."""
    value_typed = Signal(str, object)
    """Carries a column of the table, and the value of every row or None."""
    reset_wanted = Signal()
    """Every column is to go where it goes by itself."""

    def __init__(self, theme: Theme, words: BulkWords, parent: QWidget | None = None) -> None:
        super().__init__(2, parent=parent)
        self.set_title(self.tr("Table and columns"))
        self._theme = theme
        self._words = words
        self.table = ChoiceBox(self.tr("Table"))
        self.table.setMaxVisibleItems(20)
        self.table.activated.connect(self._on_table)
        self.reset_button = button(
            theme,
            self.tr("Propose again"),
            "mdi6.auto-fix",
            self.reset_wanted.emit,
            tip=self.tr("Forget what was chosen and typed here"),
        )
        self.ways = WaysModel(theme, self)
        self.ways.target_chosen.connect(self.target_chosen)
        self.values = ValuesModel(theme, self.tr("Value for every row"), self)
        self.values.value_typed.connect(self.value_typed)
        self.rows = RowsModel(theme, self)
        self.ways_view = SmallTable(theme, self.ways, self.tr("Columns of the file"))
        self.values_view = SmallTable(theme, self.values, self.tr("Columns the file does not fill"))
        self.rows_view = SmallTable(
            theme, self.rows, self.tr("First rows as they would be stored"), is_wide=True
        )
        self._delegate = TargetDelegate(self.ways_view)
        self.ways_view.setItemDelegateForColumn(WaysModel.TARGET, self._delegate)
        for view in (self.ways_view, self.values_view):
            view.make_editable()
        self.problem = WrappedLabel()
        self.notes = WrappedLabel("muted")
        self.rows_title = plain_label(role="muted")
        self._sides = EvenGrid(
            theme, (self._titled(self.ways_view), self._titled(self.values_view)), _LEAST_PX
        )
        self._lay_out()
        theme.changed.connect(self._dress)
        self._dress()
        self.show_look(None)

    def show_look(self, look: ImportLook | None) -> None:
        """Show what was found."""
        self.content.setVisible(look is not None)
        if look is None:
            self.show_state(self.tr("once a file is read"))
            return
        self._show_tables(look)
        is_script = look.preview.detected.format == "sql"
        choice = look.choice
        self._sides.setVisible(choice is not None and not is_script)
        self.reset_button.setVisible(not is_script)
        self.reset_button.setEnabled(bool(look.order.mapping or look.order.constants))
        self.ways.show_lines(
            [
                WayLine(
                    column.name,
                    self._words.kind(column),
                    ", ".join(one_line(sample, 60) for sample in column.samples[:3]),
                    look.pairs.get(column.name, ""),
                )
                for column in look.preview.columns
            ],
            [name for name, _type, _needed in choice.columns] if choice else (),
        )
        self.values.show_lines(self._free_lines(look))
        self.values_view.fit()
        self._show_rows(look)
        self._show_problem(look)
        told = self._words.script() if is_script else ""
        notes = (told, self._words.units(look), self._words.notes(look))
        self.notes.setText(" ".join(part for part in notes if part))
        self.notes.setVisible(any(notes))

    def _free_lines(self, look: ImportLook) -> list[ValueLine]:
        choice = look.choice
        if choice is None:
            return []
        filled = set(look.pairs.values()) - look.looked_up
        typed = {name.lower(): text for name, text in look.order.constants.items()}
        lines = []
        for name, type_, needed in choice.columns:
            if name in filled:
                continue
            found = look.constants.get(name)
            note = self.tr("needed") if needed else ""
            if name in look.looked_up:
                note = self.tr("found by its name in the file")
            if found is not None and name.lower() not in typed:
                note = self.tr("{0} (found)").format(found)
            text = typed.get(name.lower())
            if text is not None and looks_secret(name):
                text = NOT_SHOWN
            lines.append(ValueLine(name, type_, note, text))
        # What stops the import comes first.
        return sorted(lines, key=lambda line: not line.note)

    def _show_tables(self, look: ImportLook) -> None:
        names = [table.name for table in look.tables]
        if [self.table.itemData(row) for row in range(1, self.table.count())] != names:
            self.table.clear()
            self.table.addItem(self.tr("Choose a table"), "")
            for name in names:
                self.table.addItem(one_line(name, 80), name)
        self.table.choose(look.table)

    def _show_rows(self, look: ImportLook) -> None:
        if look.stored:
            titles: Sequence[str] = [name for name, _values in look.stored]
            rows: Sequence[Sequence[Any]] = list(
                zip(*(values for _name, values in look.stored), strict=True)
            )
            self.rows_title.setText(self.tr("The first rows as they would be stored"))
        else:
            titles = [column.name for column in look.preview.columns]
            rows = look.preview.rows
            self.rows_title.setText(self.tr("The first rows of the file"))
        self.rows.show_rows(titles, rows)
        self.rows_view.fit_columns()
        self.rows_view.setVisible(bool(titles))
        self.rows_title.setVisible(bool(titles))

    def _show_problem(self, look: ImportLook) -> None:
        if look.problem is not None:
            self.problem.setText(self._words.error(look.problem))
            self.show_state(self.tr("something is missing"), "warn")
        elif look.request is None:
            self.problem.setText(self.tr("No table fits by itself: choose one."))
            self.show_state(self.tr("choose a table"), "warn")
        elif look.unfit[0]:
            told = self.tr("{0} of the first {1} rows would be refused. The first one: {2}")
            first = self._words.window(one_line(look.unfit[1], 1_000))
            self.problem.setText(told.format(look.unfit[0], look.preview.rows_read, first))
            self.show_state(self.tr("values that do not fit"), "warn")
        else:
            self.show_state(self.tr("ready"), "ok")
        self.problem.setVisible(look.request is None or bool(look.unfit[0]))
        set_state(self.problem, "warn")

    def _on_table(self) -> None:
        name = self.table.currentData()
        if name:
            self.table_chosen.emit(name)

    def _titled(self, view: SmallTable) -> QWidget:
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(plain_label(view.accessibleName(), role="muted"))
        column.addWidget(view)
        column.addStretch(1)
        return part

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(2 * SPACE)
        row.addWidget(plain_label(self.tr("Into"), role="muted"))
        row.addWidget(self.table)
        row.addStretch(1)
        row.addWidget(self.reset_button)
        self.inside.addLayout(row)
        for part in (self.problem, self._sides, self.notes, self.rows_title, self.rows_view):
            self.inside.addWidget(part)

    def _dress(self) -> None:
        self.table.setMinimumWidth(self._theme.px(_TABLE_PX))
        self.ways_view.set_widths((96, 122, 88))
        self.values_view.set_widths((150, 80))
