"""What narrows the list: words, the state, categories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QMenu, QPushButton, QWidget

from cts_console.ui.audit.figures import Shown
from cts_console.ui.models.findings import category_title
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, ThemedButton

_TEXT_PX: Final = 190
_LEAST_TEXT_PX: Final = 100
_STATES: Final[dict[Shown, str]] = {
    "findings": "Findings",
    "new": "New since you last looked",
    "changed": "New or worse",
    "fixed": "Fixed",
    "accepted": "Accepted",
    "not_checked": "Not checked",
    "passed": "Passed",
    "not_applicable": "Not applicable",
    "errored": "Errored",
    "rules": "All rules",
}


class _Chip(ThemedButton):
    """A toggle for one category."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__(theme, "")
        self._name = name
        self.setCheckable(True)

    def show_count(self, count: int) -> None:
        """Show how many it stands for."""
        word = category_title(self._name)
        self.setText(f"{word} {count:,}")
        self.setAccessibleName(self.tr("Show only {0}").format(word))


class FilterBar(QWidget):
    """One line: a text, what is listed, and a chip for each category that occurs."""

    changed = Signal()
    """The words or the categories are others."""
    shown_asked = Signal(str)
    """Carries the `Shown` that was chosen."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._chips: dict[str, _Chip] = {}
        self.text = QLineEdit()
        self.text.setPlaceholderText(self.tr("Filter"))
        self.text.setAccessibleName(self.tr("Filter the list"))
        self.text.setToolTip(self.tr("Words that occur in the finding or the rule (Ctrl+F)"))
        self.text.setClearButtonEnabled(True)
        self.text.textChanged.connect(self._emit)
        self.state = QComboBox()
        self.state.setAccessibleName(self.tr("What is listed"))
        self.state.setToolTip(self.tr("List findings, or rules by what came of them"))
        self.state.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.state.activated.connect(self._on_state)
        self._shelf = QWidget()
        self._row = QHBoxLayout(self._shelf)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2 * SPACE)
        self._row.addStretch(1)
        self.more_button = QPushButton()
        self.more_button.setToolTip(self.tr("Show only some categories"))
        self._menu = QMenu(self.more_button)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.more_button.setMenu(self._menu)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self.text)
        layout.addWidget(self.state)
        layout.addWidget(self._shelf, 1)
        layout.addWidget(self.more_button)
        layout.addStretch(0)
        theme.changed.connect(self._dress)
        self._show_chosen()
        self._dress()

    @property
    def chips(self) -> tuple[QPushButton, ...]:
        """The chips in their order."""
        return tuple(self._chips.values())

    @property
    def categories(self) -> frozenset[str]:
        """The chosen categories; empty for all."""
        return frozenset(name for name, chip in self._chips.items() if chip.isChecked())

    def offer_states(self, counts: Mapping[Shown, int], shown: Shown) -> None:
        """Offer what has a count, and show what is listed now, which must be among it."""
        offered = [state for state in _STATES if state in counts]
        if offered != [self.state.itemData(row) for row in range(self.state.count())]:
            self.state.clear()
            for state in offered:
                self.state.addItem("", state)
        for row, state in enumerate(offered):
            self.state.setItemText(row, f"{_STATES[state]} {counts[state]:,}")
        self.state.setCurrentIndex(offered.index(shown))
        self._fit()

    def offer_categories(self, counts: Mapping[str, int]) -> None:
        """Offer a chip for each of these categories; chosen ones stay."""
        wanted = sorted(name for name in counts if name)
        if wanted != list(self._chips):
            self._rebuild(wanted)
        for name, chip in self._chips.items():
            chip.show_count(counts[name])
        self._fit()

    def clear(self) -> None:
        """Let everything through."""
        for chip in self._chips.values():
            chip.setChecked(False)
        self.text.clear()
        self._emit()

    def minimumSizeHint(self) -> QSize:
        """Return room for everything but the chips, for which the menu can stand."""
        parts = (self.state, self.more_button)
        width = sum(part.minimumSizeHint().width() + 2 * SPACE for part in parts)
        return QSize(width + self.text.minimumWidth(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See whether the chips fit."""
        super().resizeEvent(event)
        self._fit()

    def _rebuild(self, wanted: list[str]) -> None:
        before = self._chips
        self._chips = {}
        for place, name in enumerate(wanted):
            chip = before.pop(name, None)
            if chip is None:
                chip = _Chip(self._theme, name)
                chip.toggled.connect(self._emit)
            self._chips[name] = chip
            self._row.insertWidget(place, chip)
        was_narrowed = any(chip.isChecked() for chip in before.values())
        for chip in before.values():
            self._row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        if was_narrowed:
            self._emit()

    def _fill_menu(self) -> None:
        self._menu.clear()
        for chip in self._chips.values():
            action = self._menu.addAction(chip.text())
            action.setCheckable(True)
            action.setChecked(chip.isChecked())
            action.toggled.connect(chip.setChecked)

    def _emit(self, *_ignored: object) -> None:
        self._show_chosen()
        self.changed.emit()

    def _show_chosen(self) -> None:
        chosen = [category_title(name) for name in self.categories]
        if len(chosen) > 1:
            words = self.tr("{0} categories").format(len(chosen))
        else:
            words = chosen[0] if chosen else self.tr("All categories")
        self.more_button.setText(words)

    def _on_state(self, row: int) -> None:
        self.shown_asked.emit(self.state.itemData(row))

    def _dress(self) -> None:
        self.text.setMinimumWidth(self._theme.px(_LEAST_TEXT_PX))
        self.text.setMaximumWidth(self._theme.px(_TEXT_PX))
        self._fit()

    def _fit(self) -> None:
        """Show the chips where they fit on the line, else the menu that stands for them."""
        taken = self._theme.px(_TEXT_PX) + self.state.sizeHint().width() + 4 * SPACE
        widths = [chip.sizeHint().width() + 2 * SPACE for chip in self._chips.values()]
        fits = sum(widths) <= self.width() - taken
        self._shelf.setVisible(fits)
        self.more_button.setVisible(not fits)
