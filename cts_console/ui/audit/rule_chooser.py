"""Choose the rules of an audit one by one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from cts_console.audit import RULES, AuditProfile, Rule, select_rules
from cts_console.ui.models.findings import category_title, severity_icon
from cts_console.ui.text import tip_text
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, button, plain_label

_PRESETS: Final[tuple[AuditProfile, ...]] = ("quick", "standard", "deep")
_HELP: Final = {rule.id: rule.help for rule in RULES}
_RULE_PX: Final = 150
_SIZE_PX: Final = (760, 560)


class RuleChooser(QDialog):
    """A tree of categories and rules with check boxes; `chosen` when a person has decided."""

    chosen = Signal(tuple)
    """Carries the identifiers of the rules to run, in the catalogue's order."""
    queries_asked = Signal()
    """Let the person look after the queries that the index advice goes by."""

    def __init__(self, theme: Theme, ticked: Iterable[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle(self.tr("Choose rules"))
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search for a rule"))
        self.search.setAccessibleName(self.search.placeholderText())
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._on_search)
        self.presets = {
            name: button(theme, name.capitalize(), on_click=partial(self.tick_profile, name))
            for name in _PRESETS
        }
        self.none_button = button(theme, self.tr("None"), on_click=partial(self.tick, ()))
        self.count = plain_label(role="muted")
        self.tree = QTreeWidget()
        self._groups = self._fill()
        self._rules = {leaf.text(0): leaf for _, leaves in self._groups for leaf in leaves}
        self.tree.itemChanged.connect(self._on_changed)
        self.run_button = button(theme, "", "mdi6.shield-check-outline", self._on_run, primary=True)
        self.run_button.setDefault(True)
        self.cancel_button = button(theme, self.tr("Cancel"), on_click=self.reject)
        self.queries_button = button(
            theme,
            self.tr("Queries …"),
            "mdi6.database-search-outline",
            self.queries_asked.emit,
            tip=self.tr("The queries of your programs, by which IDX-04 and IDX-05 go"),
        )
        self.queries_button.setAutoDefault(False)
        self._lay_out()
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self.search.setFocus)
        self.tick(ticked)
        theme.changed.connect(self._dress)
        self._dress()
        self.resize(theme.px(_SIZE_PX[0]), theme.px(_SIZE_PX[1]))
        self.search.setFocus()

    @property
    def ticked(self) -> tuple[str, ...]:
        """The rules that are ticked, whether the search shows them or not."""
        return tuple(
            rule
            for rule, item in self._rules.items()
            if item.checkState(0) == Qt.CheckState.Checked
        )

    def tick(self, rules: Iterable[str]) -> None:
        """Tick these rules and no others."""
        wanted = set(rules)
        self.tree.blockSignals(True)
        for rule, item in self._rules.items():
            is_wanted = rule in wanted
            item.setCheckState(0, Qt.CheckState.Checked if is_wanted else Qt.CheckState.Unchecked)
        self.tree.blockSignals(False)
        self._on_changed()

    def tick_profile(self, profile: AuditProfile) -> None:
        """Tick the rules of a profile."""
        self.tick(rule.id for rule in select_rules(profile))

    def _fill(self) -> list[tuple[QTreeWidgetItem, list[QTreeWidgetItem]]]:
        """Make the tree and return its groups, each with its rules."""
        self.tree.setHeaderLabels(
            [self.tr("Rule"), self.tr("What it asks"), self.tr("Severity"), self.tr("Profile")]
        )
        self.tree.setAccessibleName(self.tr("Rules by category"))
        self.tree.setUniformRowHeights(True)
        by_category: dict[str, list[Rule]] = {}
        for rule in RULES:
            by_category.setdefault(rule.category, []).append(rule)
        made = []
        for category, rules in by_category.items():
            group = self._group(category_title(category))
            made.append((group, [self._leaf(group, rule) for rule in rules]))
        header = self.tree.header()
        header.setStretchLastSection(False)
        for column in (2, 3):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.tree.expandAll()
        self.tree.setCurrentItem(made[0][0])
        return made

    def _group(self, title: str) -> QTreeWidgetItem:
        group = QTreeWidgetItem(self.tree, [title])
        group.setFlags(
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsUserCheckable
            | Qt.ItemFlag.ItemIsAutoTristate
        )
        group.setFirstColumnSpanned(True)
        return group

    def _leaf(self, group: QTreeWidgetItem, rule: Rule) -> QTreeWidgetItem:
        leaf = QTreeWidgetItem(group, [rule.id, rule.title, rule.severity, rule.profile])
        leaf.setToolTip(1, tip_text(rule.help.split("\n\n", 1)[0]))
        leaf.setFlags(leaf.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        return leaf

    def _dress(self) -> None:
        self.tree.setIconSize(self._theme.icon_size)
        self.tree.setColumnWidth(0, self._theme.px(_RULE_PX))
        for leaf in self._rules.values():
            leaf.setIcon(2, self._theme.icon(*severity_icon(leaf.text(2))))

    def _on_search(self, text: str) -> None:
        words = text.casefold().split()
        for group, leaves in self._groups:
            for leaf in leaves:
                parts = [group.text(0), *(leaf.text(column) for column in range(4))]
                haystack = " ".join((*parts, _HELP[leaf.text(0)])).casefold()
                leaf.setHidden(not all(word in haystack for word in words))
            group.setHidden(all(leaf.isHidden() for leaf in leaves))

    def _on_changed(self, *_ignored: object) -> None:
        count = len(self.ticked)
        self.count.setText(self.tr("{0} of {1} rules").format(count, len(self._rules)))
        one = self.tr("Run this rule")
        self.run_button.setText(one if count == 1 else self.tr("Run {0} rules").format(count))
        self.run_button.setEnabled(count > 0)

    def _on_run(self) -> None:
        self.chosen.emit(self.ticked)
        self.accept()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(2 * SPACE)
        top.addWidget(self.search, 1)
        for preset in (*self.presets.values(), self.none_button):
            # Enter runs what is ticked, wherever the focus is.
            preset.setAutoDefault(False)
            top.addWidget(preset)
        foot = QHBoxLayout()
        foot.setSpacing(2 * SPACE)
        foot.addWidget(self.queries_button)
        foot.addWidget(self.count, 1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.run_button)
        note = plain_label(
            self.tr(
                "The last audit of a whole profile stays what Overview goes by: an audit of chosen "
                "rules is not kept."
            ),
            role="muted",
        )
        note.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.setSpacing(3 * SPACE)
        layout.addLayout(top)
        layout.addWidget(self.tree, 1)
        layout.addWidget(note)
        layout.addLayout(foot)
