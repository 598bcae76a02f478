"""Every rule of an audit with what came of it, as a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

from PySide6.QtCore import QObject, Qt

from cts_console.audit import RULES, Check
from cts_console.ui.colors import Token
from cts_console.ui.models.findings import category_title, rule_rank
from cts_console.ui.models.listed import Index, ListedModel, Role
from cts_console.ui.text import duration_text, one_line, tip_text
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import State

RuleGroup = Literal["not_checked", "passed", "not_applicable", "errored", "rules"]
"""Which rules are listed; `rules` are all of them."""

_RULES: Final = {rule.id: rule for rule in RULES}
_LOOKS: Final[dict[str, tuple[str, Token, State]]] = {
    "passed": ("mdi6.check-circle-outline", "ok", "ok"),
    "found": ("mdi6.flag-outline", "warn", "warn"),
    "not_checked": ("mdi6.help-circle-outline", "warn", "warn"),
    "not_applicable": ("mdi6.minus-circle-outline", "muted", ""),
    "errored": ("mdi6.bug-outline", "bad", "bad"),
}


@dataclass(frozen=True, slots=True)
class RuleItem:
    """One rule and what came of it. A document may name a rule that this console does not have."""

    check: Check
    """Its outcome."""

    @property
    def title(self) -> str:
        """What it asks; "" where nobody knows."""
        rule = _RULES.get(self.check.rule)
        return "" if rule is None else rule.title

    @property
    def category(self) -> str:
        """What it is about; "" where nobody knows."""
        rule = _RULES.get(self.check.rule)
        return "" if rule is None else rule.category

    @property
    def profile(self) -> str:
        """The smallest profile that asks it; "" where nobody knows."""
        rule = _RULES.get(self.check.rule)
        return "" if rule is None else rule.profile

    @property
    def is_in_part(self) -> bool:
        """Whether it found something and left a part of its question open."""
        return self.check.status == "found" and bool(self.check.note)

    def is_of(self, group: RuleGroup) -> bool:
        """Return whether the rule is listed in a group."""
        if group in ("rules", self.check.status):
            return True
        return group == "not_checked" and self.is_in_part

    @property
    def outcome(self) -> str:
        """What came of it, in words."""
        words = self.check.status.replace("_", " ")
        return f"{words}, in part" if self.is_in_part else words

    @property
    def reason(self) -> str:
        """Why, where there is something to say."""
        return self.check.note or ""


def outcome_icon(item: RuleItem) -> tuple[str, Token]:
    """Return the icon of an outcome and its colour."""
    name, token, _ = _LOOKS[item.check.status]
    return name, token


def outcome_state(item: RuleItem) -> State:
    """Return how a label of this outcome is coloured."""
    return _LOOKS[item.check.status][2]


def spent_text(duration_ms: float) -> str:
    """Return how long a rule took; most take next to nothing, which is not the same as nothing."""
    if duration_ms == 0:
        return "–"
    return "< 1 ms" if duration_ms < 1 else duration_text(duration_ms)


_SORT_KEYS: Final[tuple[Callable[[RuleItem], Any], ...]] = (
    lambda item: (item.outcome, rule_rank(item.check.rule)),
    lambda item: rule_rank(item.check.rule),
    lambda item: item.title.casefold(),
    lambda item: item.reason.casefold(),
    lambda item: item.check.duration_ms,
)
_DURATION: Final = 4


class RulesModel(ListedModel[RuleItem]):
    """Serves the rules of one group."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        titles = (
            self.tr("Outcome"),
            self.tr("Rule"),
            self.tr("What it asks"),
            self.tr("Why"),
            self.tr("Time"),
        )
        super().__init__(titles, _SORT_KEYS, parent, sorted_by=1)
        self._theme = theme
        self._group: RuleGroup = "rules"
        self._text = ""
        self._categories: frozenset[str] = frozenset()
        theme.changed.connect(self._on_theme)

    @property
    def checks(self) -> list[Check]:
        """What every rule said, shown or not."""
        return [item.check for item in self._every]

    def of_group(self, group: RuleGroup) -> list[RuleItem]:
        """Return the rules of a group, whatever the filter says."""
        return [item for item in self._every if item.is_of(group)]

    def set_checks(self, checks: Iterable[Check]) -> None:
        """Show these in place of the ones before."""
        # Damage that is met late makes a second check of a rule: the last word counts.
        self._every = [RuleItem(check) for check in {c.rule: c for c in checks}.values()]
        self._arrange()

    def add_checks(self, checks: Iterable[Check]) -> None:
        """Show these as well."""
        self.set_checks([*self.checks, *checks])

    def set_filter(self, group: RuleGroup, text: str, categories: frozenset[str]) -> None:
        """Show only a group, and of it what the words and the categories let through."""
        if (group, text, categories) != (self._group, self._text, self._categories):
            self._group, self._text, self._categories = group, text, categories
            self._arrange()

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return what a cell shows."""
        item = self.item(index.row()) if index.isValid() else None
        if item is None:
            return None
        column = index.column()
        if role == Role.DisplayRole:
            return self._cell(item, column)
        if role == Role.DecorationRole and column == 0:
            return self._theme.icon(*outcome_icon(item))
        if role == Role.ForegroundRole and column != 2:
            return self._theme.color("muted")
        if role == Role.TextAlignmentRole:
            return self._alignment(column)
        return self._tip(item, column) if role == Role.ToolTipRole else None

    def _cell(self, item: RuleItem, column: int) -> str:
        return (
            item.outcome,
            item.check.rule,
            item.title,
            one_line(item.reason),
            spent_text(item.check.duration_ms),
        )[column]

    def _tip(self, item: RuleItem, column: int) -> str:
        if column == 1:
            return f"{item.check.rule} · {category_title(item.category)}"
        return tip_text(item.reason if column == 3 else self._cell(item, column))

    def _name(self, item: RuleItem) -> str:
        return item.check.rule

    def _matching(self) -> list[RuleItem]:
        words = self._text.casefold().split()
        return [item for item in self._every if self._passes(item, words)]

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if column == _DURATION else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def _passes(self, item: RuleItem, words: list[str]) -> bool:
        if not item.is_of(self._group):
            return False
        if self._categories and item.category not in self._categories:
            return False
        parts = (item.check.rule, item.title, item.category, item.outcome, item.reason)
        text = "\n".join(parts).casefold()
        return all(word in text for word in words)

    def _on_theme(self) -> None:
        if self._shown:
            last = self.index(len(self._shown) - 1, len(self._titles) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
