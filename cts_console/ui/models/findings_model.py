"""The list of findings: filtered, sorted, and fast with ten thousand of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from PySide6.QtCore import QObject

from cts_console.ui.models.findings import (
    FindingItem,
    category_title,
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


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Which findings are shown."""

    text: str = ""
    """Words that all occur somewhere in the finding, in any case."""
    severities: frozenset[str] = field(default_factory=frozenset)
    """Only these; empty for all."""
    categories: frozenset[str] = field(default_factory=frozenset)
    """Only these; empty for all."""
    accepted: bool = False
    """Whether the accepted ones are shown, and they alone."""


class FindingsModel(ListedModel[FindingItem]):
    """Serves findings from memory."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        titles = (self.tr("Severity"), self.tr("Finding"), self.tr("Object"), self.tr("Rule"))
        super().__init__(titles, _SORT_KEYS, parent)
        self._theme = theme
        # What the text filter looks into; made when somebody types.
        self._haystacks: list[str] = []
        self._filter = FindingFilter()
        theme.changed.connect(self._on_theme)

    @property
    def total(self) -> int:
        """How many findings there are, shown or not."""
        return len(self._every)

    def every_item(self) -> list[FindingItem]:
        """Return all findings, shown or not."""
        return list(self._every)

    def set_items(self, items: Iterable[FindingItem]) -> None:
        """Show these findings in place of the ones before."""
        self._every = list(items)
        self._haystacks.clear()
        self._arrange()

    def add_items(self, items: Iterable[FindingItem]) -> None:
        """Show these findings as well."""
        self._every += items
        self._arrange()

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
        if role == Role.DecorationRole and column == 0:
            return self._theme.icon(*severity_icon(item.severity))
        if role == Role.ForegroundRole and column > 1:
            return self._theme.color("muted")
        if role == Role.ToolTipRole:
            return self._tip(item, column)
        return None

    def _text(self, item: FindingItem, column: int) -> str:
        if column == 0:
            return item.severity
        if column == 1:
            return one_line(item.title)
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
        words = self._filter.text.casefold().split()
        if not words:
            return self._every
        self._haystacks += [_haystack(item) for item in self._every[len(self._haystacks) :]]
        return [
            item
            for item, text in zip(self._every, self._haystacks, strict=True)
            if all(word in text for word in words)
        ]

    def _passes(self, item: FindingItem) -> bool:
        wanted = self._filter
        if item.is_accepted != wanted.accepted:
            return False
        return (not wanted.severities or item.severity in wanted.severities) and (
            not wanted.categories or item.category in wanted.categories
        )

    def _on_theme(self) -> None:
        if self._shown:
            last = self.index(len(self._shown) - 1, len(self._titles) - 1)
            self.dataChanged.emit(self.index(0, 0), last)


def _haystack(item: FindingItem) -> str:
    parts = (item.title, item.object, item.table, item.rule, item.severity, item.category)
    return "\n".join((*(part or "" for part in parts), item.detail)).casefold()
