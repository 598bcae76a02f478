"""Steps 2 and 3 of Compare: whose trades they are, and what both sides tell."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from cts_console.ui.audit.even_grid import EvenGrid
from cts_console.ui.audit.figure_button import FigureButton
from cts_console.ui.audit.flow_layout import FlowLayout
from cts_console.ui.bulk.compare_jobs import GROUPS, Compared, Group
from cts_console.ui.bulk.compare_look import FoundHistory
from cts_console.ui.bulk.compare_models import SidesModel, TradesModel
from cts_console.ui.bulk.compare_words import CompareWords
from cts_console.ui.bulk.parts import ChoiceBox, SmallTable, StepCard
from cts_console.ui.context import WindowContext
from cts_console.ui.models.listed import select_row
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import (
    SPACE,
    State,
    WrappedLabel,
    button,
    plain_label,
    set_property,
    set_state,
)

_ACCOUNT_PX: Final = 240
_FIGURE_PX: Final = 150
_STATES: Final[dict[Group, State]] = {
    "only_in_file": "warn",
    "only_in_database": "info",
    "different": "bad",
    "same": "ok",
    "not_compared": "warn",
}


class AccountCard(StepCard):
    """Asks whose trades the file holds."""

    compare_wanted = Signal()
    """The file is to be compared with the trades of the chosen connection."""
    changed = Signal()
    """Another connection was chosen: what was compared holds no longer."""

    def __init__(self, theme: Theme, words: CompareWords, parent: QWidget | None = None) -> None:
        super().__init__(2, parent=parent)
        self.set_title(self.tr("Whose trades"))
        self._theme, self._words = theme, words
        self.account = ChoiceBox(self.tr("Connection"))
        self.account.setMaxVisibleItems(20)
        self.account.activated.connect(self.changed)
        self.compare_button = button(
            theme,
            self.tr("Compare"),
            "mdi6.file-compare",
            self.compare_wanted.emit,
            primary=True,
            tip=self.tr("Read every line of the file; the database is only read"),
        )
        self.problem = WrappedLabel()
        self._lay_out()
        theme.changed.connect(self._dress)
        self._dress()

    @property
    def chosen(self) -> int | None:
        """The connection; None where there is none to choose, or none was chosen."""
        data = self.account.currentData()
        return data if isinstance(data, int) else None

    def show_history(self, history: FoundHistory, problem: str) -> None:
        """Offer the connections of the file's exchange."""
        kept = self.chosen
        self.account.clear()
        if history.proposed is None:
            self.account.addItem(self.tr("Choose one"), None)
        for known in history.accounts:
            self.account.addItem(self._words.account(known), known.account.id)
        self.account.choose(history.proposed if kept is None else kept)
        self.show_problem(problem, "warn")
        self._row.setVisible(not problem)

    def show_problem(self, text: str, state: State) -> None:
        """Say what is in the way; "" for nothing."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        set_state(self.problem, state)

    def show_ready(self, *, is_free: bool, is_compared: bool) -> None:
        """Say whether it can be compared now; once it is, something else is the next step."""
        told = self.tr("Compare again") if is_compared else self.tr("Compare")
        self.compare_button.setText(told)
        if self.compare_button.property("primary") == is_compared:
            set_property(self.compare_button, "primary", not is_compared)
            self.compare_button.set_icon("mdi6.file-compare")
        self.account.setEnabled(is_free)
        self.compare_button.setEnabled(is_free and self.chosen is not None)

    def _lay_out(self) -> None:
        self._row = QWidget()
        flow = FlowLayout(2 * SPACE, self._row)
        flow.setContentsMargins(0, 0, 0, 0)
        chosen = QWidget()
        row = QHBoxLayout(chosen)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * SPACE)
        row.addWidget(plain_label(self.account.accessibleName(), role="muted"))
        row.addWidget(self.account)
        flow.addWidget(chosen)
        flow.addWidget(self.compare_button)
        self.inside.addWidget(self._row)
        self.inside.addWidget(self.problem)

    def _dress(self) -> None:
        self.account.setMinimumWidth(self._theme.px(_ACCOUNT_PX))


class DifferencesCard(StepCard):
    """Shows the groups: a figure each, their rows, and the selected one on both sides."""

    def __init__(
        self, context: WindowContext, words: CompareWords, parent: QWidget | None = None
    ) -> None:
        super().__init__(3, parent=parent)
        self.set_title(self.tr("What differs"))
        theme = context.theme
        self._words = words
        self._compared: Compared | None = None
        self.figures: dict[Group, FigureButton] = {}
        for group in GROUPS:
            tip = self.tr("Show these alone; once more shows all")
            made = FigureButton(theme, words.group(group), tip)
            made.clicked.connect(partial(self._on_figure, group))
            self.figures[group] = made
        self._grid = EvenGrid(theme, tuple(self.figures.values()), _FIGURE_PX)
        self.span = WrappedLabel("muted")
        self.notes = WrappedLabel()
        set_state(self.notes, "warn")
        self.trades = TradesModel(theme, context.clock, words, self)
        self.trades_view = SmallTable(
            theme, self.trades, self.tr("What was compared"), most_rows=10
        )
        self.trades_view.setSelectionMode(SmallTable.SelectionMode.ExtendedSelection)
        self.trades_view.setSortingEnabled(True)
        self.trades_view.horizontalHeader().setSortIndicator(0, Qt.SortOrder.AscendingOrder)
        self.rest = WrappedLabel("muted")
        self.sides_title = plain_label(self.tr("The selected trade on both sides"), role="muted")
        self.sides = SidesModel(theme, context.clock, words, self)
        self.sides_view = SmallTable(theme, self.sides, self.sides_title.text(), most_rows=9)
        context.clock.changed.connect(self._tell)
        for part in (
            self._grid,
            self.span,
            self.notes,
            self.trades_view,
            self.rest,
            self.sides_title,
            self.sides_view,
        ):
            self.inside.addWidget(part)
        self.sides_view.set_widths((200, 380))
        self.trades_view.selectionModel().currentRowChanged.connect(self._on_row)
        self.trades.modelReset.connect(self._on_reset)
        self.show_compared(None)

    @property
    def compared(self) -> Compared | None:
        """What is shown."""
        return self._compared

    def show_compared(self, compared: Compared | None) -> None:
        """Show what a comparison says, the first group of which something is to be done."""
        self._compared = compared
        self.content.setVisible(compared is not None)
        if compared is None:
            self.trades.set_rows((), None)
            self.show_state(self.tr("once the file is compared"))
            return
        for group, figure in self.figures.items():
            count = compared.counts[group]
            detail = self._words.about(group) if count else self.tr("none")
            figure.show_figure(count, detail, _STATES[group])
        kept = self.trades.group
        first = kept if kept and compared.counts[kept] else self._first(compared)
        self.trades.set_rows(compared.rows, first)
        self.show_state(
            self._words.summary(compared), "ok" if compared.comparison.is_equal else "warn"
        )
        self._tell()
        self._show_group()

    def _first(self, compared: Compared) -> Group | None:
        return next((group for group in GROUPS if compared.counts[group]), None)

    def _tell(self) -> None:
        if self._compared is None:
            return
        self.span.setText(self._words.span(self._compared))
        self.notes.setText(self._words.notes(self._compared.comparison.notes))
        self.notes.setVisible(bool(self.notes.text()))

    def _on_figure(self, group: Group, *_checked: bool) -> None:
        self.trades.set_group(None if self.trades.group == group else group)
        self._show_group()

    def _show_group(self) -> None:
        """Let the figures and the line under the table say what the table holds."""
        if self._compared is None:
            return
        shown = self.trades.group
        for group, figure in self.figures.items():
            figure.setChecked(group == shown)
        hidden = self.trades.hidden_columns()
        for column in range(self.trades.columnCount()):
            self.trades_view.setColumnHidden(column, column in hidden)
        self.trades_view.fit_columns()
        totals = self._compared.row_totals
        total = sum(totals.values()) if shown is None else totals[shown]
        self.rest.setText(self._words.rest(self.trades.rowCount(), total))
        self.rest.setVisible(bool(self.rest.text()))

    def _on_reset(self) -> None:
        """What was selected is somewhere else now, or gone."""
        self.trades_view.setVisible(bool(self.trades.rowCount()))
        select_row(self.trades_view, 0)
        self._on_row()

    def _on_row(self, *_changed: object) -> None:
        row = self.trades.item(self.trades_view.currentIndex().row())
        self.sides.show_row(row)
        has_sides = bool(self.sides.rowCount())
        self.sides_title.setVisible(has_sides)
        self.sides_view.setVisible(has_sides)
