"""Figures, filter, list and detail of one audit, whether it runs or is over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from cts_console.audit import Check
from cts_console.ui.audit.figures import AuditFigures
from cts_console.ui.audit.filter_bar import FilterBar
from cts_console.ui.audit.finding_detail import FindingDetail
from cts_console.ui.audit.findings_view import FindingsView
from cts_console.ui.audit.unchecked_list import UncheckedList, open_questions
from cts_console.ui.context import WindowContext
from cts_console.ui.models.findings import FindingItem
from cts_console.ui.models.findings_markdown import finding_markdown
from cts_console.ui.models.findings_model import FindingFilter, FindingsModel
from cts_console.ui.widgets.basics import SPACE
from cts_console.ui.widgets.state_stack import StateStack

_COLUMNS_KEY: Final = "audit/columns"


class _PlainBox(QVBoxLayout):
    """A column that does not ask to be higher because it is narrow.

    A scroll area gives such a layout the height that it would like, in the place of the least.
    """

    def hasHeightForWidth(self) -> bool:
        """Return False."""
        return False


class FindingsPage(QWidget):
    """Shows findings and checks; it does not know where they come from."""

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._checks: list[Check] = []
        self._is_running = False
        theme = context.theme
        self.figures = AuditFigures(theme)
        self.filter_bar = FilterBar(theme)
        self.model = FindingsModel(theme, self)
        self.view = FindingsView(theme, self.model)
        self.view.restore_widths(context.settings.text(_COLUMNS_KEY))
        self.list_states = StateStack(theme, self.view)
        self.unchecked = UncheckedList(theme)
        self.detail = FindingDetail(theme)
        self._lay_out()
        self.filter_bar.changed.connect(self._on_filter)
        self.view.current_changed.connect(self.detail.show_item)
        self.view.rows_asked.connect(self._on_rows_asked)
        self.view.copy_asked.connect(self._on_copy_asked)
        self.detail.rows_asked.connect(self._on_rows_asked)
        self.detail.copy_asked.connect(self._on_copy_asked)
        find = QShortcut(
            QKeySequence(QKeySequence.StandardKey.Find),
            self,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )
        find.activated.connect(self.filter_bar.text.setFocus)

    def begin(self, total: int) -> None:
        """An audit of `total` rules begins: nothing is known yet."""
        self._checks, self._is_running = [], True
        self.model.set_items(())
        self.filter_bar.offer(())
        self._show_counts(total, None)

    def add(self, items: Iterable[FindingItem], checks: Sequence[Check], total: int) -> None:
        """Some rules of the running audit have answered."""
        self._checks += checks
        found = list(items)
        if found:
            self.model.add_items(found)
            self.filter_bar.offer(self.model.every_item())
        self._show_counts(total, None)

    def end(
        self, items: Iterable[FindingItem], checks: Sequence[Check], duration_ms: float
    ) -> None:
        """Show a whole audit."""
        self._checks, self._is_running = list(checks), False
        self.model.set_items(items)
        self.filter_bar.offer(self.model.every_item())
        self._show_counts(len(self._checks), duration_ms)
        if self.view.current_item is None:
            self.view.select_row(0)

    def select(self, fingerprint: str) -> bool:
        """Select a finding, through the filter if need be; False where there is none such."""
        if all(item.fingerprint != fingerprint for item in self.model.every_item()):
            return False
        if self.model.row_of(fingerprint) is None:
            self.filter_bar.clear()
        row = self.model.row_of(fingerprint)
        if row is not None:
            self.view.select_row(row)
            self.view.setFocus()
        return True

    def remember_columns(self) -> None:
        """Keep the columns for the next start."""
        self._context.settings.remember(_COLUMNS_KEY, self.view.widths_text())

    def _show_counts(self, total: int, duration_ms: float | None) -> None:
        self.figures.show_audit(self.model.every_item(), self._checks, total, duration_ms)
        self.unchecked.show_checks(self._checks)
        self._show_list_state()

    def _show_list_state(self) -> None:
        has_any = self.model.total > 0
        self.filter_bar.setVisible(has_any)
        self.detail.setVisible(has_any)
        if self.model.rowCount():
            self.list_states.show_content()
        elif has_any:
            self.list_states.show_empty(
                self.tr("No finding passes the filter"),
                action=self.filter_bar.clear,
                action_text=self.tr("Clear the filter"),
            )
        elif self._is_running:
            self.list_states.show_empty(self.tr("Nothing found so far"))
        else:
            self._show_nothing_found()

    def _show_nothing_found(self) -> None:
        passed = sum(check.status == "passed" for check in self._checks)
        text = self.tr("That says no more than what these rules measured.")
        if open_questions(self._checks):
            text += " " + self.tr("Others gave no answer: see below.")
        self.list_states.show_empty(self.tr("Nothing found by {0} rules").format(passed), text)

    def _on_filter(self, wanted: FindingFilter) -> None:
        self.model.set_filter(wanted)
        self._show_list_state()
        if self.view.current_item is None and not self._is_running:
            self.view.select_row(0)

    def _on_rows_asked(self) -> None:
        item = self.view.current_item
        wanted = item.rows_wanted() if item is not None else None
        if wanted is not None:
            self._context.navigator.rows_wanted.emit(wanted)

    def _on_copy_asked(self) -> None:
        item = self.view.current_item
        if item is not None:
            QGuiApplication.clipboard().setText(finding_markdown(item))

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * SPACE)
        column.addWidget(self.list_states, 1)
        column.addWidget(self.unchecked)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(3 * SPACE)
        split.addWidget(left)
        split.addWidget(self.detail)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        body = _PlainBox(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(3 * SPACE)
        body.addWidget(self.figures)
        body.addWidget(self.filter_bar)
        body.addWidget(split, 1)
