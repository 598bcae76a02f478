"""The figures over the findings: how many of each severity, and what was not checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from PySide6.QtWidgets import QWidget

from cts_console.audit import Check
from cts_console.ui.audit.even_grid import EvenGrid
from cts_console.ui.models.findings import SEVERITIES, FindingItem, severity_state
from cts_console.ui.text import duration_text
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import FigureCard

_LEAST_PX = 140


class AuditFigures(EvenGrid):
    """One card per severity, one for what is open, one for the rules."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self.severities = {name: FigureCard(name.capitalize()) for name in SEVERITIES}
        self.unchecked = FigureCard("")
        self.rules = FigureCard("")
        cards = (*self.severities.values(), self.unchecked, self.rules)
        super().__init__(theme, cards, _LEAST_PX, parent)
        self.unchecked.label.setText(self.tr("Not checked"))
        self.rules.label.setText(self.tr("Rules run"))

    def show_audit(
        self,
        items: Iterable[FindingItem],
        checks: Sequence[Check],
        total: int,
        duration_ms: float | None,
    ) -> None:
        """Show the counts; `total` rules were to be asked, `duration_ms` is None while it runs."""
        per_rule = Counter((item.severity, item.rule) for item in items)
        found: Counter[str] = Counter()
        rules_of: Counter[str] = Counter()
        for (severity, _rule), count in per_rule.items():
            found[severity] += count
            rules_of[severity] += 1
        for name, card in self.severities.items():
            count, rules = found[name], rules_of[name]
            detail = self.tr("by one rule") if rules == 1 else self.tr("by {0} rules").format(rules)
            card.show_figure(
                f"{count:,}",
                detail if count else self.tr("none"),
                severity_state(name) if count else "",
            )
        self._show_unchecked(checks, total, is_running=duration_ms is None)
        self._show_rules(checks, total, duration_ms)

    def _show_unchecked(self, checks: Sequence[Check], total: int, *, is_running: bool) -> None:
        states = Counter(check.status for check in checks)
        waiting = total - len(checks)
        if is_running:
            self.unchecked.show_figure(f"{waiting:,}", self.tr("still to be asked"))
            return
        open_count, errored = states["not_checked"], states["errored"]
        in_part = sum(check.status == "found" and bool(check.note) for check in checks)
        detail = self.tr("every rule gave an answer")
        if in_part:
            detail = self.tr("{0} more in part").format(in_part)
        if errored:
            detail = self.tr("{0} by a mistake of the rule").format(errored)
        elif open_count:
            detail = self.tr("see the reasons below")
        count = open_count + errored
        self.unchecked.show_figure(f"{count:,}", detail, "warn" if count else "")

    def _show_rules(self, checks: Sequence[Check], total: int, duration_ms: float | None) -> None:
        states = Counter(check.status for check in checks)
        asked = states["passed"] + states["found"] + states["not_applicable"]
        parts = [self.tr("{0} passed").format(states["passed"])]
        if duration_ms is not None:
            parts.insert(0, duration_text(duration_ms))
        if states["not_applicable"]:
            parts.append(self.tr("{0} not applicable").format(states["not_applicable"]))
        self.rules.show_figure(f"{asked} / {total}", ", ".join(parts))
