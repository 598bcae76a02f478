"""What narrows the list of findings: words, severities, categories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from cts_console.ui.audit.flow_layout import FlowLayout
from cts_console.ui.models.findings import (
    SEVERITIES,
    FindingItem,
    category_title,
    severity_icon,
    severity_rank,
)
from cts_console.ui.models.findings_model import FindingFilter
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, ThemedButton

_TEXT_PX = 200


class _Chip(ThemedButton):
    """A toggle for one severity or category; its icon keeps the severity's colour."""

    def __init__(self, theme: Theme, name: str, *, is_severity: bool) -> None:
        self.name = name
        self.is_severity = is_severity
        super().__init__(theme, "")
        self.setCheckable(True)

    def show_count(self, count: int) -> None:
        """Show how many findings it stands for."""
        word = self.name.capitalize() if self.is_severity else category_title(self.name)
        self.setText(f"{word} {count:,}")
        self.setAccessibleName(self.tr("Show only {0}").format(word))

    def _dress(self) -> None:
        if self.is_severity:
            self.setIcon(self._theme.icon(*severity_icon(self.name)))
            self.setIconSize(self._theme.icon_size)


class FilterBar(QWidget):
    """One line: a text, and a chip for each severity and category that occurs."""

    changed = Signal(object)
    """Carries the `FindingFilter`."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._chips: dict[tuple[bool, str], _Chip] = {}
        self.text = QLineEdit()
        self.text.setPlaceholderText(self.tr("Filter findings"))
        self.text.setAccessibleName(self.text.placeholderText())
        self.text.setToolTip(self.tr("Words that occur in the finding (Ctrl+F)"))
        self.text.setClearButtonEnabled(True)
        self.text.textChanged.connect(self._emit)
        self._shelf = QWidget()
        self._flow = FlowLayout(2 * SPACE, self._shelf)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self.text, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._shelf, 1)
        theme.changed.connect(self._dress)
        self._dress()

    @property
    def chips(self) -> tuple[QPushButton, ...]:
        """The chips in their order."""
        return tuple(self._chips.values())

    def offer(self, items: Iterable[FindingItem]) -> None:
        """Offer a chip for each severity and category of these findings; chosen ones stay."""
        counts: Counter[tuple[bool, str]] = Counter()
        for item in items:
            counts[True, item.severity] += 1
            counts[False, item.category] += 1
        wanted = sorted(counts, key=lambda key: (not key[0], _rank(key)))
        if wanted != list(self._chips):
            self._rebuild(wanted)
        for key, chip in self._chips.items():
            chip.show_count(counts[key])
        self._fit()

    def clear(self) -> None:
        """Let everything through."""
        for chip in self._chips.values():
            chip.setChecked(False)
        self.text.clear()
        self._emit()

    def wanted(self) -> FindingFilter:
        """Return the filter as it is set."""
        chosen = [key for key, chip in self._chips.items() if chip.isChecked()]
        return FindingFilter(
            text=self.text.text(),
            severities=frozenset(name for is_severity, name in chosen if is_severity),
            categories=frozenset(name for is_severity, name in chosen if not is_severity),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room for the lines of chips."""
        super().resizeEvent(event)
        self._fit()

    def _rebuild(self, wanted: list[tuple[bool, str]]) -> None:
        before = self._chips
        self._chips = {}
        while self._flow.takeAt(0) is not None:
            pass
        for is_severity, name in wanted:
            chip = before.pop((is_severity, name), None)
            if chip is None:
                chip = _Chip(self._theme, name, is_severity=is_severity)
                chip.toggled.connect(self._emit)
            self._chips[is_severity, name] = chip
            self._flow.addWidget(chip)
        for chip in before.values():
            chip.hide()
            chip.deleteLater()
        self._emit()

    def _emit(self, *_ignored: object) -> None:
        self.changed.emit(self.wanted())

    def _dress(self) -> None:
        self.text.setFixedWidth(self._theme.px(_TEXT_PX))
        self._fit()

    def _fit(self) -> None:
        width = self.width() - self.text.width() - 2 * SPACE
        self._shelf.setFixedHeight(self._flow.heightForWidth(max(1, width)))


def _rank(key: tuple[bool, str]) -> tuple[int, str]:
    is_severity, name = key
    return (severity_rank(name) if is_severity else len(SEVERITIES), name)
