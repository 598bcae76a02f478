"""Figures, filter, list and detail of one audit, whether it runs or is over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Final, cast, get_args

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from cts_console.audit import Check
from cts_console.ui.audit.figures import AuditFigures, Shown
from cts_console.ui.audit.filter_bar import FilterBar
from cts_console.ui.audit.finding_detail import FindingDetail
from cts_console.ui.audit.findings_view import FindingsView
from cts_console.ui.audit.rule_detail import RuleDetail
from cts_console.ui.audit.rules_view import RulesView
from cts_console.ui.context import WindowContext
from cts_console.ui.models.findings import FindingItem
from cts_console.ui.models.findings_markdown import finding_markdown
from cts_console.ui.models.findings_model import FindingFilter, FindingGroup, FindingsModel
from cts_console.ui.models.rules_model import RuleGroup, RulesModel
from cts_console.ui.widgets.basics import SPACE
from cts_console.ui.widgets.state_stack import StateStack

_COLUMNS_KEY: Final = "audit/columns"
_OF_FINDINGS: Final[tuple[FindingGroup, ...]] = get_args(FindingGroup)
_OF_COMPARISON: Final[tuple[FindingGroup, ...]] = ("changed", "fixed")
_GROUPS: Final[tuple[RuleGroup, ...]] = (
    "not_checked",
    "passed",
    "not_applicable",
    "errored",
    "rules",
)


class _PlainBox(QVBoxLayout):
    """A column that does not ask to be higher because it is narrow.

    A scroll area gives such a layout the height that it would like, in the place of the least.
    """

    def hasHeightForWidth(self) -> bool:
        """Return False."""
        return False


class FindingsPage(QWidget):
    """Shows findings and rules; it does not know where they come from."""

    accept_asked = Signal(object)
    """Carries the `FindingItem` that a person accepts, or no longer."""
    fix_asked = Signal(object)
    """Carries the `FindingItem` that a person wants to fix."""
    trace_asked = Signal(object)
    """Carries the `FindingItem` whose position or order a person wants to see traced."""

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._is_running = self._is_compared = False
        self._shown: Shown = "findings"
        self._severities: frozenset[str] = frozenset()
        theme = context.theme
        self.figures = AuditFigures(theme)
        self.filter_bar = FilterBar(theme)
        self.model = FindingsModel(theme, self)
        self.view = FindingsView(theme, self.model)
        self.view.restore_widths(context.settings.text(_COLUMNS_KEY))
        self.rules_model = RulesModel(theme, self)
        self.rules_view = RulesView(theme, self.rules_model)
        self._lists = QStackedWidget()
        self.list_states = StateStack(theme, self._lists)
        self.detail = FindingDetail(theme, context.clock)
        self.rule_detail = RuleDetail()
        self._details = QStackedWidget()
        self._lay_out()
        self._connect()

    @property
    def shown(self) -> Shown:
        """What the list holds."""
        return self._shown

    def begin(self) -> None:
        """An audit begins: nothing is known yet."""
        self._is_running = True
        self._is_compared = False
        self.model.set_items(())
        self.rules_model.set_checks(())
        self._severities = frozenset()
        self.show_list("findings")

    def add(self, items: Iterable[FindingItem], checks: Sequence[Check]) -> None:
        """Some rules of the running audit have answered."""
        found = list(items)
        if found:
            self.model.add_items(found)
        self.rules_model.add_checks(checks)
        self._show_counts()

    def end(
        self,
        items: Iterable[FindingItem],
        checks: Sequence[Check],
        gone: Sequence[FindingItem] | None = None,
    ) -> None:
        """Show a whole audit; compared with an earlier one, `gone` are those that are fixed."""
        self._is_running = False
        self._is_compared = gone is not None
        self.model.set_items(items, gone or ())
        self.rules_model.set_checks(checks)
        if gone is None and self._shown in _OF_COMPARISON:
            self.show_list("findings")
        self._show_counts()
        self._select_first()

    def show_new(self, new: frozenset[str]) -> None:
        """Mark the findings of these fingerprints as new since a person last looked."""
        self.model.set_new(new)
        if self._shown == "new" and not self.model.of_group("new"):
            self.show_list("findings")
        self._show_counts()
        self._select_first()

    def show_list(self, shown: Shown) -> None:
        """List findings, or rules by what came of them."""
        self._shown = shown
        is_findings = shown in _OF_FINDINGS
        self._lists.setCurrentWidget(self.view if is_findings else self.rules_view)
        self._details.setCurrentWidget(self.detail if is_findings else self.rule_detail)
        self._filter()
        self._show_counts()
        self._select_first()

    def select(self, fingerprint: str) -> bool:
        """Select a finding, through the filter if need be; False where there is none such."""
        items = self.model.every_item()
        item = next((item for item in items if item.fingerprint == fingerprint), None)
        if item is None:
            return False
        self.show_list("accepted" if item.is_accepted else "findings")
        if self.model.row_of(fingerprint) is None:
            self.clear_filter()
        row = self.model.row_of(fingerprint)
        if row is not None:
            self.view.select_row(row)
            self.view.setFocus()
        return True

    def clear_filter(self) -> None:
        """Let everything of what is listed through."""
        self._severities = frozenset()
        self.filter_bar.clear()

    def remember_columns(self) -> None:
        """Keep the columns for the next start."""
        self._context.settings.remember(_COLUMNS_KEY, self.view.widths_text())

    def _show_counts(self) -> None:
        self.figures.show_findings(self.model.every_item())
        self.figures.show_rules(self.rules_model.of_group("rules"))
        self.figures.show_pressed(self._shown, self._severities)
        counts = self._counts()
        self.filter_bar.offer_states(counts, self._shown)
        self.filter_bar.offer_categories(self._categories())
        self._show_list_state(counts)

    def _counts(self) -> dict[Shown, int]:
        """Count what can be listed: what is new, or compared, where there is any such."""
        counts: dict[Shown, int] = {"findings": len(self.model.of_group("findings"))}
        new = len(self.model.of_group("new"))
        if new or self._shown == "new":
            counts["new"] = new
        if self._is_compared:
            counts |= {group: len(self.model.of_group(group)) for group in _OF_COMPARISON}
        counts["accepted"] = len(self.model.of_group("accepted"))
        for rules in _GROUPS:
            counts[rules] = len(self.rules_model.of_group(rules))
        return counts

    def _categories(self) -> Counter[str]:
        """Count what is listed by category, whatever the filter says."""
        if self._shown in _OF_FINDINGS:
            return Counter(item.category for item in self.model.of_group(self._shown))
        group = cast("RuleGroup", self._shown)
        return Counter(rule.category for rule in self.rules_model.of_group(group))

    def _show_list_state(self, counts: Mapping[Shown, int]) -> None:
        has_any = bool(counts["rules"] or self.model.total)
        self.filter_bar.setVisible(has_any)
        self._details.setVisible(counts[self._shown] > 0)
        model = self.model if self._shown in _OF_FINDINGS else self.rules_model
        if model.rowCount():
            self.list_states.show_content()
        elif counts[self._shown]:
            self.list_states.show_empty(
                self.tr("Nothing passes the filter"),
                action=self.clear_filter,
                action_text=self.tr("Clear the filter"),
            )
        elif self._shown != "findings":
            self.list_states.show_empty(self._nothing_of(self._shown))
        elif self._is_running:
            self.list_states.show_empty(self.tr("Nothing found so far"))
        else:
            self._show_nothing_found(counts)

    def _nothing_of(self, shown: Shown) -> str:
        told = {
            "accepted": self.tr("No finding was accepted"),
            "new": self.tr("Nothing is new since you last looked"),
            "changed": self.tr("Nothing is new or worse"),
            "fixed": self.tr("Nothing was fixed"),
        }.get(shown)
        if told is not None:
            return told
        words = shown.replace("_", " ")
        told = self.tr("No rule so far: {0}") if self._is_running else self.tr("No rule: {0}")
        return told.format(words)

    def _show_nothing_found(self, counts: Mapping[Shown, int]) -> None:
        text = self.tr("That says no more than what these rules measured.")
        open_count = counts["not_checked"] + counts["errored"]
        group: Shown = "not_checked" if counts["not_checked"] else "errored"
        if open_count:
            told = self.tr("{0} others gave no answer.").format(open_count)
            text = f"{text} {told}"
        self.list_states.show_empty(
            self.tr("Nothing found by {0} rules").format(counts["passed"]),
            text,
            partial(self.show_list, group) if open_count else None,
            self.tr("Show them, and why"),
        )

    def _filter(self) -> None:
        bar = self.filter_bar
        if self._shown in _OF_FINDINGS:
            self.model.set_filter(
                FindingFilter(bar.text.text(), self._severities, bar.categories, self._shown)
            )
        else:
            group = cast("RuleGroup", self._shown)
            self.rules_model.set_filter(group, bar.text.text(), bar.categories)
            self.rules_view.show_group(group)

    def _select_first(self) -> None:
        if self._is_running:
            return
        for view in (self.view, self.rules_view):
            if view.current_item is None:
                view.select_row(0)

    def _on_filter(self) -> None:
        self._filter()
        self._show_counts()
        self._select_first()

    def _on_severity(self, name: str) -> None:
        """A severity's figure narrows the findings to it; pressed again it lets go."""
        if self._shown == "findings":
            self._severities ^= {name}
        else:
            self._severities = frozenset({name})
        self.show_list("findings")

    def _on_group(self, shown: str) -> None:
        """A group's figure lists it; pressed again it brings the findings back."""
        self.show_list("findings" if shown == self._shown else cast("Shown", shown))

    def _on_state(self, shown: str) -> None:
        self.show_list(cast("Shown", shown))

    def _on_finding(self, item: FindingItem | None) -> None:
        self.detail.show_item(item)
        notes = [c.note for c in self.rules_model.checks if item and c.rule == item.rule]
        self.detail.show_left_open(notes[0] or "" if notes else "")

    def _on_rows_asked(self) -> None:
        item = self.view.current_item
        wanted = item.rows_wanted() if item is not None else None
        if wanted is not None:
            self._context.navigator.rows_wanted.emit(wanted)

    def _on_copy_asked(self) -> None:
        item = self.view.current_item
        if item is not None:
            QGuiApplication.clipboard().setText(finding_markdown(item))

    def _on_accept_asked(self) -> None:
        item = self.view.current_item
        if item is not None:
            self.accept_asked.emit(item)

    def _on_fix_asked(self) -> None:
        item = self.view.current_item
        if item is not None:
            self.fix_asked.emit(item)

    def _on_trace_asked(self) -> None:
        item = self.view.current_item
        if item is not None:
            self.trace_asked.emit(item)

    def _connect(self) -> None:
        self.figures.severity_toggled.connect(self._on_severity)
        self.figures.shown_asked.connect(self._on_group)
        self.filter_bar.changed.connect(self._on_filter)
        self.filter_bar.shown_asked.connect(self._on_state)
        self.view.current_changed.connect(self._on_finding)
        self.view.rows_asked.connect(self._on_rows_asked)
        self.view.copy_asked.connect(self._on_copy_asked)
        self.rules_view.current_changed.connect(self.rule_detail.show_item)
        self.detail.rows_asked.connect(self._on_rows_asked)
        self.detail.copy_asked.connect(self._on_copy_asked)
        self.detail.accept_asked.connect(self._on_accept_asked)
        self.detail.fix_asked.connect(self._on_fix_asked)
        self.detail.trace_asked.connect(self._on_trace_asked)
        find = QShortcut(
            QKeySequence(QKeySequence.StandardKey.Find),
            self,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )
        find.activated.connect(self.filter_bar.text.setFocus)

    def _lay_out(self) -> None:
        for view in (self.view, self.rules_view):
            self._lists.addWidget(view)
        for pane in (self.detail, self.rule_detail):
            self._details.addWidget(pane)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(3 * SPACE)
        split.addWidget(self.list_states)
        split.addWidget(self._details)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([3_000, 2_000])
        body = _PlainBox(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(3 * SPACE)
        body.addWidget(self.figures)
        body.addWidget(self.filter_bar)
        body.addWidget(split, 1)
