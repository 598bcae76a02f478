"""The earlier audits of a file: how many findings over time, and a list to compare with or open."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QItemSelection, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from cts_console.audit import Past, pair_audits
from cts_console.errors import CtsError
from cts_console.ui.audit.history_jobs import Changes, changes_work, past_work
from cts_console.ui.audit.job import ShownAudit
from cts_console.ui.charts.findings_graph import FindingsGraph
from cts_console.ui.context import WindowContext
from cts_console.ui.models.history_model import HistoryModel
from cts_console.ui.models.listed import select_row
from cts_console.ui.text import one_line
from cts_console.ui.widgets.basics import SPACE, WrappedLabel, button, plain_label
from cts_console.ui.widgets.state_stack import StateStack
from cts_console.worker import Job

MOST_COMPARED: Final = 100
"""So many of the newest audits are compared with the one before; each has to be read whole."""
_AT_ONCE: Final = 10
_SIZE_PX: Final = (990, 620)
_GRAPH_PX: Final = 176
_LEAST_VIEW_PX: Final = 96
_WIDTHS_PX: Final = (232, 84, 72, 72, 60, 76, 60, 84, 60, 66, 60)
_ROW_PX: Final = 28


class HistoryDialog(QDialog):
    """Lists the kept audits; what a person chooses is told by signals."""

    compare_asked = Signal(int)
    """Carries the number of the audit with which the shown one is to be compared."""
    open_asked = Signal(int)
    """Carries the number of the audit that is to be shown."""

    def __init__(
        self,
        context: WindowContext,
        path: Path,
        shown: ShownAudit | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._path = path
        self._shown = shown
        self._past = Past((), None)
        self._waiting: list[tuple[int, int]] = []
        theme = context.theme
        self.setWindowTitle(self.tr("Earlier audits"))
        self.profiles = QComboBox()
        self.profiles.setAccessibleName(self.tr("Profile of the graph"))
        self.profiles.setToolTip(
            self.tr("Profiles ask different numbers of rules, so each has a graph of its own")
        )
        self.profiles.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.profiles.activated.connect(self._show_graph)
        self.graph = FindingsGraph(theme, context.clock)
        self.model = HistoryModel(context.clock, self)
        self.view = QTableView()
        self.note = WrappedLabel("muted")
        self.compare_button = button(
            theme,
            self.tr("Compare with the shown audit"),
            "mdi6.compare-horizontal",
            self.compare,
            primary=True,
        )
        self.open_button = button(
            theme,
            self.tr("Open this audit"),
            "mdi6.history",
            self.open_audit,
            tip=self.tr("Show it in the tab as it was kept"),
        )
        self.close_button = button(theme, self.tr("Close"), on_click=self.reject)
        for made in (self.compare_button, self.open_button, self.close_button):
            made.setAutoDefault(False)
        content = QWidget()
        self.states = StateStack(theme, content)
        self._make_view()
        self._lay_out(content)
        size = QSize(theme.px(_SIZE_PX[0]), theme.px(_SIZE_PX[1]))
        self.resize(size if parent is None else size.boundedTo(parent.window().size()))
        self._show_choice()
        self._ask()

    @property
    def number(self) -> int | None:
        """The number of the selected audit."""
        rows = self.view.selectionModel().selectedRows()
        past = self.model.item(rows[0].row()) if rows else None
        return None if past is None else past.line.id

    def compare(self) -> None:
        """Compare the shown audit with the selected one; where that cannot be, open it."""
        number = self.number
        if number is not None and self.compare_button.isEnabled():
            self.compare_asked.emit(number)
            self.accept()
        else:
            self.open_audit()

    def open_audit(self) -> None:
        """Show the selected audit."""
        number = self.number
        if number is not None:
            self.open_asked.emit(number)
            self.accept()

    def done(self, result: int) -> None:
        """Close; what was asked is not needed any more."""
        self._context.browse.withdraw(self)
        super().done(result)

    def _ask(self) -> None:
        self.states.show_loading()
        job = Job(self.tr("Reading the earlier audits"), partial(past_work, path=self._path))
        self._context.browse.submit(job, self, self._on_past, self._on_no_past, key="past")

    def _on_past(self, past: Past) -> None:
        self._past = past
        for made in (self.compare_button, self.open_button):
            made.setVisible(bool(past.lines))
        if not past.lines:
            self.states.show_empty(
                self.tr("No audit of this file is kept"),
                self.tr("Every audit of a whole profile is kept in the console's own records."),
            )
            return
        self.states.show_content()
        self.model.set_lines(past.lines)
        select_row(self.view, 0)
        self.view.setFocus()
        self.note.setText(self._note())
        self._offer_profiles()
        before = pair_audits(past.lines)
        newest = [line.id for line in past.lines[:MOST_COMPARED]]
        self._waiting = [(before[number], number) for number in newest if number in before]
        self._ask_changes()

    def _on_no_past(self, error: CtsError) -> None:
        self.states.show_error(error, self._ask)

    def _ask_changes(self) -> None:
        """Ask for a few at a time: other questions of the window are answered in between."""
        pairs, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
        if pairs:
            work = partial(changes_work, path=self._path, pairs=pairs)
            job = Job(self.tr("Comparing the earlier audits"), work, quiet=True)
            self._context.browse.submit(
                job, self, self._on_changes, self._on_no_changes, key="changes"
            )

    def _on_changes(self, changes: Changes) -> None:
        self.model.set_changes(changes)
        self._ask_changes()

    def _on_no_changes(self, error: CtsError) -> None:
        if error.code != "cancelled":
            told = self.tr("What changed cannot be told: {0}")
            self.note.setText(told.format(one_line(error.message, 600)))

    def _note(self) -> str:
        count = len(self._past.lines)
        told = self.tr("One audit is kept.") if count == 1 else self.tr("{0} audits are kept.")
        parts = [told.format(f"{count:,}")]
        if self._past.original is not None:
            told = self.tr("They are of {0}, of which this file is a copy.")
            parts.append(told.format(one_line(self._past.original, 600)))
        parts.append(
            self.tr("Of those older than 90 days the last of each week and profile is left.")
        )
        if len(self._past.lines) > MOST_COMPARED:
            told = self.tr("What changed is told of the newest {0}.")
            parts.append(told.format(MOST_COMPARED))
        return " ".join(parts)

    def _offer_profiles(self) -> None:
        """Offer each profile that was kept, the one of the shown audit first."""
        profiles = list(dict.fromkeys(line.profile for line in self._past.lines))
        wanted = profiles[0] if self._shown is None else self._shown.document["profile"]
        self.profiles.clear()
        for profile in profiles:
            self.profiles.addItem(self.tr("{0} audits").format(profile.capitalize()), profile)
        self.profiles.setCurrentIndex(max(0, self.profiles.findData(wanted)))
        self._show_graph()

    def _show_graph(self, *_ignored: object) -> None:
        profile = self.profiles.currentData()
        self.graph.show_lines([line for line in self._past.lines if line.profile == profile])

    def _show_choice(self, *_ignored: object) -> None:
        number, shown = self.number, self._shown
        tip = self.tr("Say what is new, worse and fixed since this audit (Enter)")
        can_compare = number is not None and shown is not None
        if shown is None:
            tip = self.tr("No audit is shown that could be compared")
        elif number is not None and shown.number is not None and number >= shown.number:
            can_compare = False
            tip = self.tr("The shown audit can be compared with those before it")
        self.compare_button.setEnabled(can_compare)
        self.compare_button.setToolTip(tip)
        is_shown = number is not None and shown is not None and number == shown.number
        self.open_button.setEnabled(number is not None and not is_shown)

    def _on_selected(self, _selected: QItemSelection, _deselected: QItemSelection) -> None:
        self._show_choice()

    def _make_view(self) -> None:
        view = self.view
        view.setAccessibleName(self.tr("Earlier audits"))
        view.setModel(self.model)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setTabKeyNavigation(False)
        view.setSortingEnabled(True)
        view.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        for column, width in enumerate(_WIDTHS_PX):
            view.setColumnWidth(column, self._context.theme.px(width))
        header = view.horizontalHeader()
        header.setStretchLastSection(True)
        view.verticalHeader().hide()
        view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        view.verticalHeader().setDefaultSectionSize(self._context.theme.px(_ROW_PX))
        view.horizontalHeader().setHighlightSections(False)
        view.selectionModel().selectionChanged.connect(self._on_selected)
        view.doubleClicked.connect(self.compare)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            keys = QShortcut(QKeySequence(key), view, context=Qt.ShortcutContext.WidgetShortcut)
            keys.activated.connect(self.compare)

    def _lay_out(self, content: QWidget) -> None:
        head = QHBoxLayout()
        head.setSpacing(2 * SPACE)
        head.addWidget(plain_label(self.tr("Findings over time"), role="title"))
        head.addWidget(self.profiles)
        head.addStretch(1)
        self.graph.setMaximumHeight(self._context.theme.px(_GRAPH_PX))
        self.view.setMinimumHeight(self._context.theme.px(_LEAST_VIEW_PX))
        body = QVBoxLayout(content)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(2 * SPACE)
        body.addLayout(head)
        body.addWidget(self.graph, 2)
        body.addWidget(self.view, 3)
        body.addWidget(self.note)
        foot = QHBoxLayout()
        foot.setSpacing(2 * SPACE)
        foot.addWidget(self.compare_button)
        foot.addWidget(self.open_button)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(self.states, 1)
        layout.addLayout(foot)
