"""The figures over the list: how many of each severity, and what came of the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cts_console.ui.audit.even_grid import EvenGrid
from cts_console.ui.audit.figure_button import FigureButton
from cts_console.ui.models.findings import SEVERITIES, FindingItem, severity_state
from cts_console.ui.models.findings_model import FindingGroup
from cts_console.ui.models.rules_model import RuleGroup, RuleItem
from cts_console.ui.theme import Theme

Shown = FindingGroup | RuleGroup
"""What the list holds: findings, or rules by what came of them."""

_LEAST_PX: Final = 102


class AuditFigures(EvenGrid):
    """One button per severity, one for what was accepted, one per outcome of the rules."""

    severity_toggled = Signal(str)
    """Carries the severity whose figure was pressed."""
    shown_asked = Signal(str)
    """Carries the `Shown` whose figure was pressed."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self.severities = {
            name: FigureButton(theme, name.capitalize(), f"Show only {name} findings")
            for name in SEVERITIES
        }
        self.groups: dict[Shown, FigureButton] = {
            "accepted": FigureButton(theme, "Accepted", "Show the findings that were accepted"),
            "not_checked": FigureButton(theme, "Not checked", "Show these rules, and why"),
            "passed": FigureButton(theme, "Passed", "Show these rules"),
            "not_applicable": FigureButton(theme, "Not applicable", "Show these rules, and why"),
            "errored": FigureButton(theme, "Errored", "Show these rules, and what went wrong"),
        }
        buttons = (*self.severities.values(), *self.groups.values())
        super().__init__(theme, buttons, _LEAST_PX, parent)
        for name, button in self.severities.items():
            button.clicked.connect(partial(self._on_severity, name))
        for shown, button in self.groups.items():
            button.clicked.connect(partial(self._on_group, shown))

    def show_findings(self, items: Iterable[FindingItem]) -> None:
        """Count the findings."""
        per_rule = Counter(
            ("accepted" if item.is_accepted else item.severity, item.rule) for item in items
        )
        found: Counter[str] = Counter()
        rules: Counter[str] = Counter()
        for (name, _rule), count in per_rule.items():
            found[name] += count
            rules[name] += 1
        for name, button in self.severities.items():
            detail = self._by_rules(rules[name]) if found[name] else self.tr("none")
            button.show_figure(found[name], detail, severity_state(name))
        detail = self.tr("folded away") if found["accepted"] else self.tr("none")
        self.groups["accepted"].show_figure(found["accepted"], detail)

    def show_rules(self, rules: Sequence[RuleItem]) -> None:
        """Count what came of the rules."""
        states = Counter(rule.check.status for rule in rules)
        in_part = sum(rule.is_in_part for rule in rules)
        open_detail = self.tr("see why") if states["not_checked"] else self.tr("none")
        if in_part:
            open_detail = self.tr("{0} more in part").format(in_part)
        self.groups["not_checked"].show_figure(states["not_checked"], open_detail, "warn")
        self.groups["passed"].show_figure(
            states["passed"], self.tr("of {0} rules").format(len(rules))
        )
        self.groups["not_applicable"].show_figure(
            states["not_applicable"],
            self.tr("nothing to ask") if states["not_applicable"] else self.tr("none"),
        )
        errored = self.groups["errored"]
        errored.show_figure(states["errored"], self.tr("mistakes of ours"), "bad")
        self.set_part_visible(errored, bool(states["errored"]))

    def show_pressed(self, shown: Shown, severities: frozenset[str]) -> None:
        """Let the figures say what the list holds."""
        for name, button in self.severities.items():
            button.setChecked(shown == "findings" and name in severities)
        for group, button in self.groups.items():
            button.setChecked(group == shown)

    def _by_rules(self, count: int) -> str:
        return self.tr("by one rule") if count == 1 else self.tr("by {0} rules").format(count)

    def _on_severity(self, name: str, *_checked: bool) -> None:
        self.severity_toggled.emit(name)

    def _on_group(self, shown: Shown, *_checked: bool) -> None:
        self.shown_asked.emit(shown)
