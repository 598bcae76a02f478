"""The list of kept audits: counts, and what changed since the one of the profile before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from PySide6.QtCore import QObject, Qt

from cts_console.store import AuditLine
from cts_console.ui.clock import Clock
from cts_console.ui.models.listed import Index, ListedModel, Role
from cts_console.ui.text import duration_text

_CHANGES: Final = ("new", "worse", "fixed")
_FIRST_COUNT: Final = 3
_FIRST_CHANGE: Final = 8


@dataclass(frozen=True, slots=True)
class PastAudit:
    """One kept audit."""

    line: AuditLine
    """What the list of the records says."""
    change: Mapping[str, int] | None = None
    """How many findings are new, worse and fixed; None where that is unknown or not read yet."""

    def changed(self, name: str) -> int:
        """Return a count of `change` to sort by; -1 is unknown."""
        return -1 if self.change is None else self.change[name]


_SORT_KEYS: Final[tuple[Callable[[PastAudit], Any], ...]] = (
    lambda past: past.line.id,
    lambda past: past.line.profile,
    lambda past: past.line.duration_ms,
    lambda past: past.line.critical,
    lambda past: past.line.error,
    lambda past: past.line.warning,
    lambda past: past.line.info,
    lambda past: past.line.accepted,
    lambda past: past.changed("new"),
    lambda past: past.changed("worse"),
    lambda past: past.changed("fixed"),
)


class HistoryModel(ListedModel[PastAudit]):
    """Serves the kept audits from memory."""

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        titles = (
            self.tr("Started"),
            self.tr("Profile"),
            self.tr("Took"),
            self.tr("Critical"),
            self.tr("Error"),
            self.tr("Warning"),
            self.tr("Info"),
            self.tr("Accepted"),
            self.tr("New"),
            self.tr("Worse"),
            self.tr("Fixed"),
        )
        super().__init__(titles, _SORT_KEYS, parent)
        self._order = Qt.SortOrder.DescendingOrder
        self._clock = clock
        clock.changed.connect(self._on_clock)

    def set_lines(self, lines: Iterable[AuditLine]) -> None:
        """Show these audits in place of the ones before."""
        self._every = [PastAudit(line) for line in lines]
        self._arrange()

    def set_changes(self, changes: Mapping[int, Mapping[str, int] | None]) -> None:
        """Show what changed in some of them."""
        for items in (self._every, self._shown):
            for place, past in enumerate(items):
                if past.line.id in changes:
                    items[place] = replace(past, change=changes[past.line.id])
        self._tell_changed()

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return what a cell shows."""
        past = self.item(index.row()) if index.isValid() else None
        if past is None:
            return None
        column = index.column()
        if role == Role.DisplayRole:
            return self._text(past, column)
        if role == Role.TextAlignmentRole:
            return self._alignment(column)
        if role == Role.ToolTipRole and column >= _FIRST_CHANGE:
            return self.tr("Since the audit of this profile before it")
        return None

    def _text(self, past: PastAudit, column: int) -> str:
        line = past.line
        if column == 0:
            return self._clock.text(line.started_at_ms // 1000 * 1000)
        if column == 1:
            return line.profile
        if column == 2:
            return duration_text(line.duration_ms)
        if column >= _FIRST_CHANGE:
            change = past.change
            return "–" if change is None else f"{change[_CHANGES[column - _FIRST_CHANGE]]:,}"
        counts = (line.critical, line.error, line.warning, line.info, line.accepted)
        return f"{counts[column - _FIRST_COUNT]:,}"

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if column >= 2 else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def _name(self, item: PastAudit) -> str:
        return str(item.line.id)

    def _matching(self) -> list[PastAudit]:
        return self._every

    def _on_clock(self) -> None:
        self._tell_changed()

    def _tell_changed(self) -> None:
        if self._shown:
            last = self.index(len(self._shown) - 1, len(self._titles) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
