"""The list of findings: filtered, sorted, and fast with ten thousand of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from PySide6.QtCore import QObject
from PySide6.QtGui import QIcon

from cts_console.ui.colors import Token
from cts_console.ui.models.findings import (
    FindingItem,
    category_title,
    change_mark,
    rule_rank,
    severity_icon,
    severity_rank,
)
from cts_console.ui.models.listed import Index, ListedModel, Role
from cts_console.ui.text import one_line, tip_text
from cts_console.ui.theme import Theme

_SORT_KEYS: Final[tuple[Callable[[FindingItem], Any], ...]] = (
    lambda item: (severity_rank(item.severity), rule_rank(item.rule)),
    lambda item: item.title.casefold(),
    lambda item: (item.object or "").casefold(),
    lambda item: item.rule,
)


FindingGroup = Literal["findings", "accepted", "new", "changed", "fixed"]
"""What is listed: what is not accepted, what is, what is new since a person last looked, what is
new or worse than in an earlier audit, and what only that one found."""


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Which findings are shown."""

    text: str = ""
    """Words that all occur somewhere in the finding, in any case."""
    severities: frozenset[str] = field(default_factory=frozenset)
    """Only these; empty for all."""
    categories: frozenset[str] = field(default_factory=frozenset)
    """Only these; empty for all."""
    group: FindingGroup = "findings"
    """Which of them are listed at all."""


class FindingsModel(ListedModel[FindingItem]):
    """Serves findings from memory."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        titles = (self.tr("Severity"), self.tr("Finding"), self.tr("Object"), self.tr("Rule"))
        super().__init__(titles, _SORT_KEYS, parent)
        self._theme = theme
        self._gone: list[FindingItem] = []
        self._new: frozenset[str] = frozenset()
        # What the text filter looks into, of each object; made when somebody types.
        self._haystacks: dict[int, str] = {}
        self._filter = FindingFilter()
        theme.changed.connect(self._on_theme)

    @property
    def total(self) -> int:
        """How many findings there are, shown or not."""
        return len(self._every)

    def every_item(self) -> list[FindingItem]:
        """Return all findings, shown or not."""
        return list(self._every)

    def set_items(self, items: Iterable[FindingItem], gone: Iterable[FindingItem] = ()) -> None:
        """Show these findings in place of the ones before; `gone` are those that are no more."""
        self._every, self._gone = list(items), list(gone)
        self._haystacks.clear()
        self._arrange()

    def add_items(self, items: Iterable[FindingItem]) -> None:
        """Show these findings as well."""
        self._every += items
        self._arrange()

    def set_new(self, new: frozenset[str]) -> None:
        """Mark the findings of these fingerprints as new since a person last looked."""
        if new != self._new:
            self._new = new
            self._arrange()

    def of_group(self, group: FindingGroup) -> list[FindingItem]:
        """Return the findings of a group, whatever the filter says."""
        if group == "fixed":
            return list(self._gone)
        return [item for item in self._every if self._belongs(item, group)]

    def set_filter(self, wanted: FindingFilter) -> None:
        """Show only what the filter lets through."""
        if wanted != self._filter:
            self._filter = wanted
            self._arrange()

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return what a cell shows."""
        item = self.item(index.row()) if index.isValid() else None
        if item is None:
            return None
        column = index.column()
        if role == Role.DisplayRole:
            return self._text(item, column)
        if role == Role.DecorationRole:
            return self._icon(item, column)
        if role == Role.ForegroundRole and column > 1:
            return self._theme.color("muted")
        if role == Role.ToolTipRole:
            return self._tip(item, column)
        return None

    def mark(self, item: FindingItem) -> tuple[str, str, Token] | None:
        """Return the word, the icon and the colour that tell a finding from the others.

        While two audits are compared, what became of it counts, not what was seen when.
        """
        if item.change is None and item.fingerprint in self._new:
            return self.tr("new"), "mdi6.new-box", "info"
        return change_mark(item.change)

    def _icon(self, item: FindingItem, column: int) -> QIcon | None:
        if column == 0:
            return self._theme.icon(*severity_icon(item.severity))
        mark = self.mark(item) if column == 1 else None
        return None if mark is None else self._theme.icon(mark[1], mark[2])

    def _text(self, item: FindingItem, column: int) -> str:
        if column == 0:
            return item.severity
        if column == 1:
            mark = self.mark(item)
            title = one_line(item.title)
            return title if mark is None else f"{mark[0]} · {title}"
        return item.rule if column == 3 else one_line(item.object or "")

    def _tip(self, item: FindingItem, column: int) -> str:
        if column == 3:
            return f"{item.rule} · {category_title(item.category)}"
        return tip_text(item.object or "" if column == 2 else item.title)

    def _name(self, item: FindingItem) -> str:
        return item.fingerprint

    def _matching(self) -> list[FindingItem]:
        return [item for item in self._with_words() if self._passes(item)]

    def _with_words(self) -> list[FindingItem]:
        """Return the findings in which every word of the filter occurs."""
        items = self._gone if self._filter.group == "fixed" else self._every
        words = self._filter.text.casefold().split()
        if not words:
            return items
        return [item for item in items if all(word in self._haystack(item) for word in words)]

    def _haystack(self, item: FindingItem) -> str:
        text = self._haystacks.get(id(item))
        if text is None:
            text = self._haystacks[id(item)] = _haystack(item)
        return text

    def _passes(self, item: FindingItem) -> bool:
        wanted = self._filter
        if not self._belongs(item, wanted.group):
            return False
        return (not wanted.severities or item.severity in wanted.severities) and (
            not wanted.categories or item.category in wanted.categories
        )

    def _belongs(self, item: FindingItem, group: FindingGroup) -> bool:
        if group == "fixed":
            return item.is_gone
        if item.is_accepted or group == "accepted":
            return item.is_accepted and group == "accepted"
        if group == "changed":
            return item.change in ("new", "worse")
        return group == "findings" or item.fingerprint in self._new

    def _on_theme(self) -> None:
        if self._shown:
            last = self.index(len(self._shown) - 1, len(self._titles) - 1)
            self.dataChanged.emit(self.index(0, 0), last)


def _haystack(item: FindingItem) -> str:
    parts = (item.title, item.object, item.table, item.rule, item.severity, item.category)
    return "\n".join((*(part or "" for part in parts), item.detail)).casefold()
